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

BLOCKS: dict[str, Files] = {
    "locals": out("${local.a + local.b}", locals={"a": 1, "b": "${local.a}"}),
    "locals twice": out("${local.a}${local.b}", locals=[{"a": 1}, {"b": 2}]),
    "locals null": out(1, locals=None), "locals number": one(locals=1),
    "locals bad name": one(locals={"a b": 1}),
    "locals same twice": one(locals=[{"a": 1}, {"a": 2}]),
    "unknown block": one(lokals={"a": 1}), "unknown argument": one(output={"o": {"vlaue": 1}}),
    "unknown argument too": one(output={"o": {"value": 1, "x": 1}}),
    "missing argument": one(output={"o": {}}), "no label": one(output={}),
    "label level is a string": one(output="x"), "label level is null": one(output=None),
    "label level in an array": one(output=[{"a": {"value": 1}}, {"b": {"value": 2}}]),
    "body in an array": one(output={"a": [{"value": 1}]}),
    "two bodies in an array": one(output={"a": [{"value": 1}, {"value": 2}]}),
    "body is null": one(output={"a": None}), "body is a number": one(output={"a": 1}),
    "body in an array is a number": one(output={"a": [1]}),
    "body in two arrays": one(output={"a": [[{"value": 1}]]}),
    "label level in two arrays": one(output=[[{"a": {"value": 1}}]]),
    "bad label": one(output={"a b": {"value": 1}}),
    "variable default is no template": out("${var.a}", variable={"a": {"default": "${x} %{y}"}}),
    "variable object default": out(
        "${var.a}", variable={"a": {"default": {"${k}": ["${x}"]}, "type": "map(list(string))"}}),
    "variable types": out("${[var.a, var.b]}", variable={
        "a": {"type": "object({n=number, s=optional(string, \"d\")})", "default": {"n": "1"}},
        "b": {"type": "string", "default": 5}}),
    "variable type list": one(variable={"a": {"type": "list", "default": []}}),
    "variable type wrapped": one(variable={"a": {"type": "${string}", "default": ""}}),
    "variable type wrong": one(variable={"a": {"type": "strin", "default": ""}}),
    "variable type number": one(variable={"a": {"type": 1, "default": ""}}),
    "variable type object": one(variable={"a": {"type": {"a": "string"}, "default": ""}}),
    "variable null type": one(variable={"a": {"type": None, "default": ""}}),
    "variable empty": out(1, variable={"a": {"default": 1, "description": "${d}"}}),
    "variable null default": out("${var.a == null}", variable={"a": {"default": None}}),
    "variable default mismatch": one(variable={"a": {"default": "x", "type": "number"}}),
    "variable sensitive": one(variable={"a": {"default": 1, "sensitive": True}},
                              output={"o": {"value": "${var.a}", "sensitive": True}}),
    "variable sensitive as text": one(variable={"a": {"default": 1, "sensitive": "true"}},
                                      output={"o": {"value": "${var.a}", "sensitive": "true"}}),
    "variable sensitive template": one(variable={"a": {"default": 1, "sensitive": "${true}"}}),
    "variable without sensitive output": one(variable={"a": {"default": 1, "sensitive": True}},
                                             output={"o": {"value": "${var.a}"}}),
    "validation": one(variable={"a": {"default": 1, "validation": {
        "condition": "${var.a > 0}", "error_message": "Bad ${var.a}."}}}),
    "validation fails": one(variable={"a": {"default": 1, "validation": [{
        "condition": "${var.a > 1}", "error_message": "Bad ${var.a}."}]}}),
    "validation is a number": one(variable={"a": {"default": 1, "validation": 1}}),
    "validation is null": one(variable={"a": {"default": 1, "validation": None}}),
    "validation lacks": one(variable={"a": {"default": 1, "validation": {}}}),
    "output all": one(variable={"v": {"default": 1}}, output={"o": {
        "value": "${var.v}", "description": "${d}", "sensitive": False, "depends_on": ["var.v"],
        "precondition": {"condition": "${var.v == 1}", "error_message": "no"}}}),
    "resource": one(resource=data(input="${1 + 1}", triggers_replace=["a"])),
    "resource arrays": one(resource=[{"terraform_data": [{"x": [{"input": 1}]}]}]),
    "resource unknown argument": one(resource=data(inputt=1)),
    "resource computed": one(resource=data(id="x")),
    "resource unknown type": one(resource={"nope_nope": {"x": {}}}),
    "resource one label": one(resource={"terraform_data": {"input": 1}}),
    "resource number": one(resource={"terraform_data": {"x": 5}}),
    "resource empty": one(resource=data()),
    "resource null argument": one(resource=data(input=None)),
    "resource self": one(resource=data(input="${terraform_data.x.id}")),
    "count": one(resource=data(count=2, input="${count.index}")),
    "count text": one(resource=data(count="${1 + 1}", input="i${count.index}")),
    "count plain text": one(resource=data(count="2")),
    "count null": one(resource=data(count=None)),
    "count list": one(resource=data(count=[1])),
    "for_each": one(resource=data(for_each={"a": 1, "b": {"x": 2}}, input="${each.value}")),
    "for_each set": one(resource=data(for_each='${toset(["a", "b"])}', input="${each.key}")),
    "for_each list": one(resource=data(for_each=["a"])),
    "for_each and count": one(resource=data(for_each={}, count=1)),
    "references": out("${terraform_data.x[*].id}", resource={"terraform_data": {
        "x": {"count": 2, "input": "${terraform_data.y.output}"}, "y": {"input": {"a": [1]}}}}),
    "depends_on": one(resource={"terraform_data": {
        "x": {"depends_on": ["terraform_data.y"]}, "y": {}}}),
    "depends_on text": one(resource={"terraform_data": {
        "x": {"depends_on": "terraform_data.y"}, "y": {}}}),
    "depends_on wrapped": one(resource={"terraform_data": {
        "x": {"depends_on": ["${terraform_data.y}"]}, "y": {}}}),
    "depends_on nothing": one(resource=data(depends_on=["terraform_data.zz"])),
    "depends_on broken": one(resource=data(depends_on=["a b"])),
    "depends_on index": one(resource={"terraform_data": {
        "x": {"depends_on": ["terraform_data.y[0]"]}, "y": {"count": 1}}}),
    "cycle": one(resource={"terraform_data": {
        "x": {"input": "${terraform_data.y.id}"}, "y": {"input": "${terraform_data.x.id}"}}}),
    "lifecycle": one(resource={"terraform_data": {
        "x": {"input": 1, "lifecycle": {
            "ignore_changes": ["input", "triggers_replace[0]"], "create_before_destroy": True,
            "prevent_destroy": False, "replace_triggered_by": ["terraform_data.y.id"]}},
        "y": {}}}),
    "lifecycle array": one(resource=data(lifecycle=[{"ignore_changes": "all"}])),
    "lifecycle null": one(resource=data(lifecycle=None)),
    "lifecycle text": one(resource=data(lifecycle="x")),
    "lifecycle unknown": one(resource=data(lifecycle={"nope": 1})),
    "lifecycle as text": one(resource=data(lifecycle={"create_before_destroy": "true"})),
    "lifecycle template": one(resource=data(lifecycle={"create_before_destroy": "${true}"})),
    "lifecycle twice": one(resource=data(lifecycle=[{}, {}])),
    "ignore_changes number": one(resource=data(lifecycle={"ignore_changes": [1]})),
    "precondition": one(variable={"v": {"default": 1}}, resource=data(lifecycle={
        "precondition": [{"condition": "${var.v == 1}", "error_message": "no"},
                         {"condition": "${var.v == 2}", "error_message": "is ${var.v}"}]})),
    "postcondition": one(resource=data(input=1, lifecycle={"postcondition": {
        "condition": "${self.input == 1}", "error_message": "no"}})),
    "dynamic of nothing": one(resource=data(dynamic={"zz": {"for_each": [], "content": {}}})),
    "provider argument wrapped": one(resource=data(provider="${terraform}")),
    "provider argument broken": one(resource=data(provider="a.b.c")),
    "settings": one(terraform={"required_version": ">= 0.0.1"}),
    "settings twice": one(terraform=[{"required_version": ">= 0.0.1"}, {}]),
    "settings unknown": one(terraform={"nope": 1}),
    "module": {**one(module={"m": {"source": "./child", "a": "${1 + 1}"}},
                     output={"o": {"value": "${module.m.a}"}}), **CHILD},
    "module count": {**one(module={"m": {"source": "./child", "count": 2, "a": "${count.index}"}},
                           output={"o": {"value": "${module.m[*].a}"}}), **CHILD},
    "module for_each": {**one(module={"m": {"source": "./child", "for_each": {"k": [5]},
                                            "a": "${each.value}"}},
                              output={"o": {"value": "${module.m}"}}), **CHILD},
    "module value object": {**one(module={"m": {"source": "./child", "a": {"x": ["${1}"]}}},
                                  output={"o": {"value": "${module.m.a}"}}), **CHILD},
    "module unknown argument": {**one(module={"m": {"source": "./child", "zz": 1}}), **CHILD},
    "module source template": {**one(module={"m": {"source": "${x}"}}), **CHILD},
    "module depends_on": {**one(module={"m": {"source": "./child",
                                              "depends_on": ["terraform_data.x"]}},
                                resource=data()), **CHILD},
    "module providers": {**one(module={"m": {"source": "./child", "providers": {}}}), **CHILD},
    "module in JSON": {**one(module={"m": {"source": "./child"}},
                             output={"o": {"value": "${module.m.a}"}}),
                       "child/main.json": json.dumps({
                           "variable": {"a": {"default": "${x}"}},
                           "resource": {"terraform_data": {"y": {"input": "${var.a}"}}},
                           "output": {"a": {"value": "${terraform_data.y.input}"}}})},
    "mixed": {"main.json": json.dumps({"locals": {"a": 1},
                                       "output": {"o": {"value": "${local.b}"}}}),
              "more.hcl": "locals {\n  b = local.a + 1\n}\n"},
    "same name in both": {"main.json": json.dumps({"locals": {"a": 1}}),
                          "main.hcl": "locals {\n  b = 1\n}\n"},
    "declared in both": {"main.json": json.dumps({"output": {"a": {"value": 1}}}),
                         "main.hcl": 'output "a" { value = 1 }\n'},
}

CALL = 'module "m" {\n  source = "./child"\n  a = 1\n}\noutput "o" { value = module.m }\n'
BASE = 'variable "v" {\n  type    = string\n  default = "a"\n}\noutput "o" { value = var.v }\n' \
       'resource "terraform_data" "x" {\n  input            = 1\n  triggers_replace = 1\n' \
       "  lifecycle {\n    ignore_changes = [input]\n    create_before_destroy = true\n  }\n}\n" \
       "locals {\n  a = 1\n  b = 2\n}\noutput \"l\" { value = local.a + local.b }\n"


def over(source: str, base: str = BASE, name: str = "override.hcl", **more: str) -> Files:
    """A base and one override file."""
    return {"main.hcl": base, name: source, **more}


OVERRIDES: dict[str, Files] = {
    "override nothing": over(""),
    "override argument": over('resource "terraform_data" "x" { input = 2 }'),
    "override adds argument": over('resource "terraform_data" "x" { count = 2 }'),
    "override for_each": over('resource "terraform_data" "x" { for_each = { k = 1 } }'),
    "override default": over('variable "v" { default = "b" }'),
    "override type": over('variable "v" { type = list(string) }'),
    "override type and default": over('variable "v" {\n  type = number\n  default = 5\n}'),
    "override default mismatch": over('variable "v" { default = [] }'),
    "override sensitive": over('variable "v" { sensitive = true }'),
    "override output": over('output "o" { value = 5 }'),
    "override output sensitive": over('output "o" { sensitive = true }'),
    "override local": over("locals { a = 10 }"),
    "override locals": over("locals {\n  a = 10\n  b = local.a\n}"),
    "override missing local": over("locals { zz = 10 }"),
    "override missing variable": over('variable "zz" { default = 1 }'),
    "override missing output": over('output "zz" { value = 1 }'),
    "override missing resource": over('resource "terraform_data" "zz" {}'),
    "override missing data": over('data "terraform_remote_state" "zz" {}'),
    "override missing module": over('module "zz" { source = "./child" }'),
    "override depends_on": over('resource "terraform_data" "x" { depends_on = [] }\n'),
    "override depends_on of output": over('output "o" { depends_on = [terraform_data.x] }\n'),
    "override unknown argument": over('resource "terraform_data" "x" { inputt = 2 }'),
    "override lifecycle": over(
        'resource "terraform_data" "x" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}'),
    "override lifecycle more": over('resource "terraform_data" "x" {\n  lifecycle {\n'
                                    "    ignore_changes = [triggers_replace]\n  }\n}"),
    "override precondition": over('resource "terraform_data" "x" {\n  lifecycle {\n'
                                  '    precondition {\n      condition = local.a == 5\n'
                                  '      error_message = "no"\n    }\n  }\n}'),
    "override validation": over('variable "v" {\n  validation {\n'
                                '    condition = var.v == "x"\n    error_message = "no"\n  }\n}'),
    "override moved": over("moved {\n  from = terraform_data.a\n  to = terraform_data.x\n}"),
    "override unknown block": over("nope {}"),
    "override top argument": over("a = 1"),
    "override syntax error": over("output {"),
    "override of a broken file": over('output "zz" { value = 1 }', base="output {"),
    "override twice in a file": over('output "o" { value = 5 }\noutput "o" { value = 6 }'),
    "override in order": over('output "o" { value = 5 }', name="b_override.hcl",
                              **{"a_override.hcl": 'output "o" { value = 4 }'}),
    "override in order of all names": over(
        'output "o" { value = 5 }', **{"zz_override.hcl": 'output "o" { value = 4 }'}),
    "override of an override": over(
        'resource "terraform_data" "x" { input = 5 }',
        **{"zz_override.hcl": 'resource "terraform_data" "x" { triggers_replace = 7 }',
           "zzz_override.hcl": 'resource "terraform_data" "x" { input = "${local.a}!" }'}),
    "not an override": over('output "zz" { value = 5 }', name="overrides.hcl"),
    "not an override either": over('output "zz" { value = 5 }', name="xoverride.hcl"),
    "override in JSON": over(json.dumps({
        "resource": data(input="${local.a}-5", triggers_replace=[1]), "locals": {"a": 7}}),
        name="override.json"),
    "override of JSON": {**one(resource=data(input=1, triggers_replace={"a": 2}),
                               output={"o": {"value": "${terraform_data.x.input}"}}),
                         "x_override.hcl": 'resource "terraform_data" "x" {\n  input = 3\n}\n'},
    "override JSON lifecycle": over(json.dumps({"resource": data(
        lifecycle={"ignore_changes": ["input"]})}), name="override.json"),
    "override required_version": over('terraform { required_version = ">= 0.0.1" }',
                                      base='terraform { required_version = ">= 99" }\n'),
    "override with wrong version": over('terraform { required_version = ">= 99" }'),
    "override missing alias": over('provider "terraform" { alias = "a" }',
                                   base='output "o" { value = 1 }\n'),
    "override module": {
        "main.hcl": CALL,
        "override.hcl": 'module "m" {\n  a = 2\n}\n', **CHILD},
    "override module source": {
        "main.hcl": CALL,
        "override.hcl": 'module "m" {\n  source = "./other"\n}\n', **CHILD,
        "other/main.hcl": 'variable "a" {}\noutput "z" { value = var.a }\n'},
    "override module with depends_on": {
        "main.hcl": CALL.replace("a = 1", "a = 1\n  depends_on = [terraform_data.x]")
        + 'resource "terraform_data" "x" {}\n',
        "override.hcl": 'module "m" {\n  a = 2\n}\n', **CHILD},
    "override module depends_on": {
        "main.hcl": CALL + 'resource "terraform_data" "x" {}\n',
        "override.hcl": 'module "m" {\n  depends_on = [terraform_data.x]\n}\n', **CHILD},
    "override in a module": {
        **one(module={"m": {"source": "./child"}}, output={"o": {"value": "${module.m}"}}), **CHILD,
        "child/child_override.hcl": 'variable "a" { default = "over" }\n'},
    "override check": over('check "c" {\n  assert {\n    condition = local.a == 5\n'
                           '    error_message = "no"\n  }\n}'),
}

CASES: dict[str, Files] = {**VALUES, **BLOCKS, **OVERRIDES}

#: Where this program answers otherwise on purpose, and why.
DEVIATIONS = {
    "override unknown argument": "Terraform passes over arguments that do not exist, in override "
    "files only; a misspelt one would silently change nothing.",
}
