"""Configurations in JSON, with overrides, that Terraform and this program must read alike.

Each is a set of files by name without the program's own part: ``main.json`` is ``main.tf.json`` for
Terraform and ``main.vbr.json`` here; ``main.hcl`` is ``main.tf`` and ``main.vbr.hcl``.
"""

from __future__ import annotations

import json
from typing import Any

Files = dict[str, str]


def one(**top: Any) -> Files:
    """One JSON file."""
    return {"main.json": json.dumps(top)}


def out(value: Any, **more: Any) -> Files:
    """One JSON file with an output."""
    return one(output={"o": {"value": value}}, **more)


def text(source: str, **more: str) -> Files:
    """One JSON file given as text, which no writer of JSON would make."""
    return {"main.json": source, **{k.replace("__", "."): v for k, v in more.items()}}


def data(**body: Any) -> dict[str, Any]:
    """A resource ``x``."""
    return {"terraform_data": {"x": body}}


CHILD = {"child/main.hcl": 'variable "a" { default = 1 }\noutput "a" { value = var.a }\n'}

VALUES: dict[str, Files] = {
    "number": out(1), "negative": out(-5), "zero": out(0), "minus zero": text(
        '{"output": {"o": {"value": -0}}}'),
    "fraction": text('{"output": {"o": {"value": 1.10}}}'),
    "many digits": text('{"output": {"o": {"value": 123456789012345678901234567890.5}}}'),
    "exponent": text('{"output": {"o": {"value": 1E+3}}}'),
    "small": text('{"output": {"o": {"value": 2.5e-7}}}'),
    "beyond a double": text('{"output": {"o": {"value": 9007199254740993}}}'),
    "bool": out(True), "null": out(None), "empty string": out(""), "empty list": out([]),
    "empty object": out({}), "nested": out({"a": [1, {"b": [None, False, "x"]}]}),
    "comment stays in a value": out({"//": "c", "a": 1}),
    "template": out("a-${1 + 1}-b"), "wrapped keeps type": out("${[1, 2]}"),
    "wrapped number": out("${1}"), "two wraps make a string": out("${1}${2}"),
    "space around a wrap": out(" ${1}"), "escaped interpolation": out("$${x} %%{y}"),
    "lone signs": out("$ % {x} $x"), "if": out("%{ if true }a%{ else }b%{ endif }"),
    "for": out("%{ for x in [1, 2] }${x},%{ endfor }"), "strip": out("a ${~ 1 ~} b"),
    "several lines": out("a\n  b ${1}\n\tc\r\n"), "heredoc inside": out("${<<EOT\na${1}\nEOT\n}"),
    "quotes in a template": out('${join("-", ["a", "b\\n"])}'),
    "unicode": text('{"output": {"o": {"value": "\\u00e9 é e\\u0301 \\ud83d\\ude00"}}}'),
    "slash": text('{"output": {"o": {"value": "\\/ \\b\\f"}}}'),
    "name in a template": out({"${1 + 1}": 1, "a${3}": 2}),
    "name escaped": out({"$${a}": 1}),
    "function": out('${upper("x")}'), "undefined function": out("${nope(1)}"),
    "bad template": out("${1 +}"), "unclosed": out("${1"), "bad directive": out("%{ if true }x"),
    "unknown name": out("${local.zz}"), "name is null": out({"${null}": 1}),
    "name is a list": out({"${[]}": 1}), "object of wraps": out({"a": "${true}", "b": "${null}"}),
    "whitespace": text('\t\r\n {"output"\n:\t{"o":{"value"  : [ 1 , 2 ]} } }\n\n'),
    "array at the top": text('[{"output": {"o": {"value": 1}}}, {"output": {"p": {"value": 2}}}]'),
    "empty file": text(""), "empty object file": one(), "empty array file": text("[]"),
    "null file": text("null"), "number file": text("1"), "string file": text('"x"'),
    "two values": text("{} {}"), "trailing comma": text('{"locals": {"a": 1,}}'),
    "trailing comma in array": text('{"output": {"o": {"value": [1,]}}}'),
    "comment": text('{} // x'), "single quotes": text("{'locals': {}}"),
    "equals": text('{"locals" = {}}'), "no quotes": text("{locals: {}}"),
    "unclosed object": text('{"locals": {'), "unclosed string": text('{"locals'),
    "line end in string": text('{"output": {"o": {"value": "a\nb"}}}'),
    "tab in string": text('{"output": {"o": {"value": "a\tb"}}}'),
    "bad escape": text('{"output": {"o": {"value": "\\x"}}}'),
    "NaN": text('{"output": {"o": {"value": NaN}}}'),
    "Infinity": text('{"output": {"o": {"value": -Infinity}}}'),
    "leading zero": text('{"output": {"o": {"value": 01}}}'),
    "leading plus": text('{"output": {"o": {"value": +1}}}'),
    "no digit before the point": text('{"output": {"o": {"value": .5}}}'),
    "no digit after the point": text('{"output": {"o": {"value": 5.}}}'),
    "hexadecimal": text('{"output": {"o": {"value": 0x10}}}'),
    "True": text('{"output": {"o": {"value": True}}}'),
    "wrong bracket": text('{"output": {"o": {"value": [1}}}'),
    "colon in array": text('{"output": {"o": {"value": ["a": 1]}}}'),
    "no comma": text('{"output": {"o": {"value": [1 2]}}}'),
    "no value": text('{"output": {"o": {"value": }}}'),
    "duplicate name in a value": text('{"output": {"o": {"value": {"a": 1, "a": 2}}}}'),
    "duplicate argument": text('{"output": {"o": {"value": 1, "value": 2}}}'),
    "repeated block type": text(
        '{"output": {"a": {"value": 1}}, "output": {"b": {"value": 2}}}'),
    "repeated label": text('{"output": {"a": {"value": 1}, "a": {"value": 2}}}'),
    "comment at the top": text('{"//": [1, "${"], "//": 2, "output": {"o": {"value": 1}}}'),
    "comment in a block": one(output={"o": {"//": "${", "value": 1}}),
    "comment among labels": one(output={"//": "c", "o": {"value": 1}}),
    "comment among types": one(resource={"//": "c", **data(input=1)}),
}
