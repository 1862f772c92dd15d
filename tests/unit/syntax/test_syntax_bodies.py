"""Arguments and blocks, and where everything in a file begins and ends."""

from __future__ import annotations

from typing import Any

import pytest
from syntax_tree import bare, children, errors_of, expression, show, tree_of

from vbrprov.diag import SourceFile
from vbrprov.syntax import ast, decode_source, parse_config


def outline(body: ast.Body) -> Any:
    """A body as arguments by name, then blocks with their labels."""
    return (
        {each.name: show(each.expr) for each in body.attributes},
        [(block.type, *(label.text for label in block.labels), outline(block.body))
         for block in body.blocks],
    )


@pytest.mark.parametrize(("text", "wanted"), [
    ("", ({}, [])),
    ("\n\n# c\n", ({}, [])),
    ("a = 1", ({"a": "1"}, [])),
    ("a = 1\nb=2\n", ({"a": "1", "b": "2"}, [])),
    ("b {}\n", ({}, [("b", ({}, []))])),
    ("b {\n}\n", ({}, [("b", ({}, []))])),
    ("b { a = 1 }\n", ({}, [("b", ({"a": "1"}, []))])),
    ('b "x" "y z" {}\n', ({}, [("b", "x", "y z", ({}, []))])),
    ("b x y {}\n", ({}, [("b", "x", "y", ({}, []))])),
    ('b "a\\"\\u00e9" {}\n', ({}, [("b", 'a"é', ({}, []))])),
    ("b {\n  c {\n    a = 1\n  }\n  d = 2\n}\n",
     ({}, [("b", ({"d": "2"}, [("c", ({"a": "1"}, []))]))])),
    ("b {}\nb {}\n", ({}, [("b", ({}, [])), ("b", ({}, []))])),
    ("a = <<E\nE\nb = 2\n", ({"a": "''", "b": "2"}, [])),
    ("a = {\n  b = 1\n}\nc = [\n  1,\n]\n", ({"a": "{'b': 1}", "c": "[1]"}, [])),
    ("a = 1 # c\nb = 2 // d\nc = 3 /* e */\n", ({"a": "1", "b": "2", "c": "3"}, [])),
    ("/* c */ a /* d */ = /* e */ 1\n", ({"a": "1"}, [])),
    ("b /* c */ \"x\" /* d */ { # e\n  a = 1 /* f\n g */\n} # h\n",
     ({}, [("b", "x", ({"a": "1"}, []))])),
    ("a = 1 // no end of line", ({"a": "1"}, [])),
    ("for = 1\nnull = 2\n", ({"for": "1", "null": "2"}, [])),
    ("é = 1\nb-c = 2\n_d = 3\n", ({"é": "1", "b-c": "2", "_d": "3"}, [])),
    ("a = b == c\n", ({"a": "(b == c)"}, [])),
    ("a = f(\n  1\n)\n", ({"a": "f(1)"}, [])),
], ids=repr)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_body(text: str, wanted: Any, ends: str) -> None:
    assert outline(tree_of(text.replace("\n", ends))) == wanted


def test_a_byte_order_mark_is_no_text() -> None:
    source, diags = decode_source("f", b"\xef\xbb\xbfa = 1\n")
    assert not diags
    body, diags = parse_config(source)
    assert not diags
    assert (body.attributes[0].start, body.attributes[0].name) == (0, "a")




def test_ranges_of_a_block() -> None:
    text = 'é = 1\nresource "a" b {\n  x = -v.w["k"] + 22\n}\n'
    body = tree_of(text)
    block = body.blocks[0]
    attribute = block.body.attributes[0]
    total = attribute.expr
    assert isinstance(total, ast.Binary)
    assert isinstance(total.left, ast.Unary)
    traversal = total.left.operand
    assert isinstance(traversal, ast.Ref)
    index = traversal.steps[1]
    assert isinstance(index, ast.IndexStep)
    cut = {
        "body": (body.start, body.end),
        "block": (block.start, block.end),
        "type": (block.start, block.type_end),
        "header": (block.start, block.header_end),
        "label 1": (block.labels[0].start, block.labels[0].end),
        "label 2": (block.labels[1].start, block.labels[1].end),
        "inside": (block.body.start, block.body.end),
        "argument": (attribute.start, attribute.end),
        "name": (attribute.start, attribute.name_end),
        "sum": (total.start, total.end),
        "sign": (total.left.start, total.left.end),
        "traversal": (traversal.start, traversal.end),
        "root": (traversal.start, traversal.name_end),
        "step": (traversal.steps[0].start, traversal.steps[0].end),
        "index": (index.start, index.end),
        "key": (index.key.start, index.key.end),
    }
    assert {what: text[start:end] for what, (start, end) in cut.items()} == {
        "body": text,
        "block": 'resource "a" b {\n  x = -v.w["k"] + 22\n}',
        "type": "resource",
        "header": 'resource "a" b',
        "label 1": '"a"',
        "label 2": "b",
        "inside": '{\n  x = -v.w["k"] + 22\n}',
        "argument": 'x = -v.w["k"] + 22',
        "name": "x",
        "sum": '-v.w["k"] + 22',
        "sign": '-v.w["k"]',
        "traversal": 'v.w["k"]',
        "root": "v",
        "step": ".w",
        "index": '["k"]',
        "key": '"k"',
    }


@pytest.mark.parametrize("text", [
    "a.b.c", "a[0].b", "a[*].b[1]", "a.*.b", "f(a, b...)", "core::f(1)", "(a)", "[1, 2]",
    "{ a = 1, b = 2 }", "[for x in y : x if z]", "{ for k, v in y : k => v... }", "a ? b : c",
    "!a", '"x"', '"x${y}z"', '"${y}"', '"%{ if a }b%{ else }c%{ endif }"',
    "<<E\nx\nE\n", "<<-E\n  x ${y}\n  E\n", "1.5", "12",
])
def test_an_expression_spans_its_text_and_its_parts(text: str) -> None:
    node = expression(f"  {text}")
    assert (node.start, node.end) == (2, 2 + len(text.rstrip("\n")))
    waiting: list[ast.Node] = [node]
    while waiting:
        outer = waiting.pop()
        for inner in children(outer):
            assert outer.start <= inner.start <= inner.end <= outer.end
            waiting.append(inner)


def test_lines_columns_and_bytes_count_characters_and_utf8() -> None:
    source = SourceFile("f", "é = 日本\nx = ß\n")
    where = source.range(4, 6)
    assert (where.start.line, where.start.column, where.start.byte) == (1, 5, 5)
    assert (where.end.line, where.end.column, where.end.byte) == (1, 7, 11)
    assert source.pos(11).byte == 16


def test_names_are_compared_in_normal_form_in_values_only() -> None:
    body = tree_of('a = { e\u0301 = "e\u0301" }\n')
    assert bare(body.attributes[0].expr) == (
        "Object", (("ObjectItem", ("Literal", "é"), ("Literal", "é")),))


@pytest.mark.parametrize("text", [
    "²a = 1\n", "a² = 1\n", "💥 = 1\n", "a = x💥\n", "a\u200bb = 1\n",
])
def test_characters_that_no_name_may_hold(text: str) -> None:
    assert errors_of(text)
