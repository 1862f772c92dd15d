"""JSON configuration files: places of errors, and the table of blocks."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from vbrprov.config import DiskFiles, load
from vbrprov.config.json_body import parse_json_config, parse_json_values
from vbrprov.config.json_schema import TOP
from vbrprov.config.load import _BLOCKS
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.secrets import Redactor
from vbrprov.state.model import StateData
from vbrprov.syntax import parse_config
from vbrprov.syntax.relocate import relocate
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request


def errors(folder: Path, text: str | bytes, name: str = "main.vbr.json") -> dict[str, str]:
    """The source text that each error points at, by summary."""
    raw = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(raw)
    diags = Diagnostics()
    prepared = prepare(Request(directory=str(folder)), diags, Redactor())
    if prepared is not None:
        make_plan(prepared, StateData(), Options(), Environment(registry=ProviderRegistry()),
                  diags, validating=True)
    out = {}
    for found in diags:
        if found.is_error:
            assert found.subject is not None, found
            out[found.summary] = raw[found.subject.start.byte:found.subject.end.byte].decode()
    return out


@pytest.mark.parametrize(("value", "summary", "place"), [
    ('"${local.zz}"', "Reference to undeclared local value", "local.zz"),
    ('"é\\n\\t\\u00e9\\ud83d\\ude00 ${local.zz}"', "Reference to undeclared local value",
     "local.zz"),
    ('["a", {"b": "\\"${local.zz}\\""}]', "Reference to undeclared local value", "local.zz"),
    ('{"\\n${local.zz}": 1}', "Reference to undeclared local value", "local.zz"),
    ('"\\\\ ${nope(\\"x\\")}"', "Call to unknown function", "nope"),
    ('"\\n${1 +}"', "Invalid expression", "}"),
    ('"\\n${local.\\"x}"', "Invalid attribute name", '\\"'),
    ('"%{ if true }x"', "Unexpected end of template", "x"),
    ('"\\n${tonumber(\\"\\u0061\\")}"', "Invalid function argument", '\\"\\u0061\\"'),
])
def test_places_in_strings(value: str, summary: str, place: str, tmp_path: Path) -> None:
    found = errors(tmp_path, f'{{"output": {{"o": {{"value": {value}}}}}}}')
    assert found == {summary: place}


@pytest.mark.parametrize(("body", "summary", "place"), [
    ('{"inptu": 1}', "Unsupported argument", '"inptu"'),
    ('{"id": "x"}', "Value for unconfigurable attribute", '"id"'),
    ('{"depends_on": ["${local.a}"]}', "Invalid expression", '"${local.a}"'),
    ('{"depends_on": "vbrprov_data.y"}', "Invalid expression", "vbrprov_data.y"),
    ('{"lifecycle": {"prevent_destory": true}}', "Unsupported argument", '"prevent_destory"'),
    ('{"dynamic": {"x": 5}}', "Incorrect JSON value type", "5"),
    ('{"dynamic": 5}', "Incorrect JSON value type", "5"),
    ('{"dynamic": {"x": {}}}', "Unsupported block type", '"x"'),
    ('{"input": 1, "input": 2}', "Duplicate argument", '"input"'),
    ('{"count": "${[]}"}', "Incorrect value type", '"${[]}"'),
])
def test_places_in_a_resource(body: str, summary: str, place: str, tmp_path: Path) -> None:
    found = errors(tmp_path, f'{{"resource": {{"vbrprov_data": {{"x": {body}}}}}}}')
    assert found == {summary: place}


@pytest.mark.parametrize(("body", "summary", "place"), [
    ('{"versioning": "on"}', "Incorrect JSON value type", '"on"'),
    ('{"lifecycle_rule": [1]}', "Incorrect JSON value type", "1"),
    ('{"lifecycle_rule": "${local.rules}"}', "Incorrect JSON value type", '"${local.rules}"'),
    ('{"lifecycle_rule": [{"enabeld": true, "id": "a"}]}', "Unsupported argument", '"enabeld"'),
    ('{"lifecycle_rul": []}', "Unsupported argument", '"lifecycle_rul"'),
])
def test_places_in_blocks_of_a_provider(
    body: str, summary: str, place: str, tmp_path: Path,
) -> None:
    text = '{"locals": {"rules": []}, "resource": {"aws_s3_bucket": {"b": %s}}}'
    merged = body[:-1] + ', "bucket": "backups"}'
    assert errors(tmp_path, text % merged)[summary] == place


@pytest.mark.parametrize(("raw", "summary"), [
    (b'{"locals": {"a": "\xe9"}}', "Invalid character encoding"),
    (b'{"locals": {"a": "\0"}}', "Invalid character"),
    ('{"locals": {"a": "\u202e"}}'.encode(), "Invisible direction character"),
    (b'{"locals": {"a": "' + b"x" * 1_000_000 + b'"}}', "File too large"),
    ('{"locals": {}}'.encode("utf-16"), "Invalid character encoding"),
])
def test_bytes_that_are_no_text(raw: bytes, summary: str, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.json").write_bytes(raw)
    _, diags = load(str(tmp_path), DiskFiles(), parse_config)
    assert [d.summary for d in diags] == [summary]


def test_byte_order_mark(tmp_path: Path) -> None:
    assert errors(tmp_path, b'\xef\xbb\xbf{"output": {"o": {"value": "\\u0000"}}}') == {}


def nested(outer: int, inner: int) -> str:
    """An output of lists in a template in lists."""
    wrapped = '"${' + "[" * inner + "]" * inner + '}"'
    return '{"output": {"o": {"value": ' + "[" * outer + wrapped + "]" * outer + "}}}"


def test_template_and_json_nesting_add_up(tmp_path: Path) -> None:
    assert list(errors(tmp_path, nested(100, 120))) == ["Nesting too deep"]


def test_deep_values_are_evaluated(tmp_path: Path) -> None:
    assert errors(tmp_path, nested(100, 90)) == {}


def test_a_stack_that_is_nearly_used_up() -> None:
    def deeper(levels: int) -> list[str]:
        if levels:
            return deeper(levels - 1)
        _, diags = parse_json_config(SourceFile("f", nested(150, 10)))
        return [d.summary for d in diags]

    assert deeper(0) == []
    assert deeper(sys.getrecursionlimit() - 300) == ["Nesting too deep"]


def test_a_line_of_a_megabyte_is_cut_in_the_excerpt() -> None:
    from vbrprov.views.human.diagnostics import render_diagnostics
    from vbrprov.views.human.text import Style

    text = '{"locals": {"é": "' + "x" * 900_000 + '", "a": NaN}}'
    source = SourceFile("main.vbr.json", text)
    _, diags = parse_json_config(source)
    shown = render_diagnostics(diags, {source.name: source}, Style(False))
    assert len(shown) < 2_000
    line, carets = shown.splitlines()[4:6]
    assert line[carets.index("^"):carets.rindex("^") + 1] == "NaN"


def test_comments_suppress_rules(tmp_path: Path) -> None:
    text = ('{"resource": {"vbrprov_data": {'
            '"a": {"//": "vbrprov:ignore VBR004 reason=\\"it is fine\\"", "input": 1},'
            ' "b": {"input": 1}}}}')
    (tmp_path / "main.vbr.json").write_text(text, encoding="utf-8")
    root, diags = load(str(tmp_path), DiskFiles(), parse_config)
    assert not diags
    found = {key: [(s.rule, s.reason) for s in resource.suppressions]
             for key, resource in root.resources.items()}
    assert found == {"vbrprov_data.a": [("VBR004", "it is fine")], "vbrprov_data.b": []}


def test_every_type_of_block_can_be_written_in_json() -> None:
    assert set(_BLOCKS) <= set(TOP)


@pytest.mark.parametrize(("text", "summary"), [
    ("[]", "Root value must be object"), ("1", "Root value must be object"),
    ('{"a": 1, "a": 2}', "Duplicate argument"), ("", "Missing value"),
])
def test_files_of_values(text: str, summary: str) -> None:
    _, diags = parse_json_values(SourceFile("a.vbrvars.json", text))
    assert [d.summary for d in diags] == [summary]


def test_values_are_no_templates(tmp_path: Path) -> None:
    (tmp_path / "main.vbr.json").write_text(
        '{"variable": {"a": {}, "b": {}, "c": {}}}', encoding="utf-8")
    (tmp_path / "vbrprov.vbrvars.hcl").write_text('a = "hcl"\nb = "hcl"\n', encoding="utf-8")
    (tmp_path / "vbrprov.vbrvars.json").write_text(
        '{"//": "", "b": {"${x}": ["%{y}", 1.5]}}', encoding="utf-8")
    (tmp_path / "x.auto.vbrvars.json").write_text('{"c": null, "d": 1}', encoding="utf-8")
    diags = Diagnostics()
    prepared = prepare(Request(directory=str(tmp_path)), diags, Redactor())
    assert prepared is not None
    assert [(d.summary, d.is_error) for d in diags] == [("Value for undeclared variable", False)]
    shown = {k: str(v) for k, v in prepared.values.items()}
    assert prepared.values["a"] == "hcl"
    assert list(prepared.values["b"]) == ["${x}"], shown  # type: ignore[arg-type]  # a dict


def test_trees_of_json_files_can_be_stored() -> None:
    body, diags = parse_json_config(SourceFile("f", '{"output": {"o": {"value": "${1 + 1}"}}}'))
    assert not diags
    assert msgspec.json.decode(msgspec.json.encode(body))[3][0][2] == "output"


def bare(text: str, *, native: bool = False) -> bytes:
    """The tree of a file without offsets."""
    body, diags = (parse_config if native else parse_json_config)(SourceFile("f", text))
    assert not diags, list(diags)
    return msgspec.json.encode(relocate(body, lambda _: 0))


@pytest.mark.parametrize(("text", "native"), [
    ('{"moved": [{"from": "a_b.c", "to": "module.m[\\"x\\"].a_b.c[0]"}]}',
     'moved {\n from = a_b.c\n to = module.m["x"].a_b.c[0]\n}\n'),
    ('{"removed": {"from": "a_b.c", "lifecycle": {"destroy": false}}}',
     "removed {\n from = a_b.c\n lifecycle {\n  destroy = false\n }\n}\n"),
    ('{"import": {"to": "a_b.c[each.key]", "id": "${each.value}-x", "for_each": {"k": "v"},'
     ' "provider": "aws.west"}}',
     'import {\n to = a_b.c[each.key]\n id = "${each.value}-x"\n for_each = { "k" = "v" }\n'
     " provider = aws.west\n}\n"),
    ('{"check": {"c": {"data": {"a_b": {"d": {"x": "${1}", "depends_on": ["a_b.c"]}}},'
     ' "assert": [{"condition": "${data.a_b.d.x}", "error_message": "m"}]}}}',
     'check "c" {\n data "a_b" "d" {\n  x = "${1}"\n  depends_on = [a_b.c]\n }\n assert {\n'
     '  condition = "${data.a_b.d.x}"\n  error_message = "m"\n }\n}\n'),
    ('{"ephemeral": {"a_b": {"c": {"count": 2, "lifecycle": {"postcondition": {}}}}}}',
     'ephemeral "a_b" "c" {\n count = 2\n lifecycle {\n  postcondition {}\n }\n}\n'),
    ('{"provider": {"aws": [{"region": "a"}, {"alias": "w", "for_each": "${var.x}"}]}}',
     'provider "aws" {\n region = "a"\n}\nprovider "aws" {\n alias = "w"\n'
     ' for_each = "${var.x}"\n}\n'),
    ('{"vbrprov": {"required_providers": {"a": {"source": "b", "version": "~> 1"}}, "backend":'
     ' {"s3": {"bucket": "${var.b}"}}, "required_version": ">= 1", "experiments": []}}',
     'vbrprov {\n required_version = ">= 1"\n experiments = []\n required_providers {\n  a = {'
     '"source" = "b", "version" = "~> 1"}\n }\n backend "s3" {\n  bucket = "${var.b}"\n }\n}\n'),
    ('{"module": {"m": {"source": "./x", "version": "1", "providers": {"aws": "aws.west",'
     ' "aws.b": "aws"}, "depends_on": ["a_b.c"], "v": {"k": null}}}}',
     'module "m" {\n source = "./x"\n version = "1"\n providers = {\n  aws = aws.west\n'
     '  aws.b = aws\n }\n depends_on = [a_b.c]\n v = { "k" = null }\n}\n'),
], ids=lambda text: text[:12])
def test_same_tree_as_of_the_native_syntax(text: str, native: str) -> None:
    expected = bare(native, native=True)
    # A bare word as a key of an object is text; as a name in a map of providers, an address.
    assert bare(text).replace(b'["ref",0,0,"aws",0,[]],["ref",0,0,"aws",0,[[".a"',
                              b'["lit",0,0,"aws"],["ref",0,0,"aws",0,[[".a"') == expected
