"""Several independent errors in one file: each is reported once, and none that follows from it."""

from __future__ import annotations

import pytest
from syntax_tree import errors_of, places, show

from vbrprov.diag import SourceFile
from vbrprov.syntax import parse_config, parse_expression, parse_template

EXPRESSION = "Invalid expression"
NEWLINE = "Missing newline after argument"
ITEM = "Missing item separator"
ATTRIBUTE = "Missing attribute separator"
ONE_LINE = "Invalid single-argument block definition"
FOR = "Invalid 'for' expression"

#: Text, then line and summary of each error.
CASES = {
    "a =\nb = 2\nc = 3 4\n": [(1, EXPRESSION), (3, NEWLINE)],
    'r "a" {\n  x =\n  y = 1\n  z = 2 3\n}\nr "b" {\n  x = 1 +\n}\nq = *\n':
        [(2, EXPRESSION), (4, NEWLINE), (7, EXPRESSION), (9, EXPRESSION)],
    # An error inside one block hides none in the blocks after it.
    "r {\n  x {\n    a = 1 1\n  }\n}\nr {\n  x {\n    a = 2 2\n  }\n}\nr {\n  a = 3 3\n}\n":
        [(3, NEWLINE), (8, NEWLINE), (12, NEWLINE)],
    'r "a" {\n  n {\n    m {\n      x = =\n    }\n    y = /\n  }\n}\nz = ,\n':
        [(4, EXPRESSION), (6, EXPRESSION), (9, EXPRESSION)],
    # Objects and lists go on with their next item.
    'r "a" {\n  x = {\n    a = 1 2\n    b = 3\n    c = 4 5\n  }\n  y = )\n}\nz = ?\n':
        [(3, ATTRIBUTE), (5, ATTRIBUTE), (7, EXPRESSION), (9, EXPRESSION)],
    "a = {\n  b = 1\n  c d = 2\n  e = 3 3\n  f.g = 4 4\n}\n":
        [(3, "Missing key/value separator"), (4, ATTRIBUTE), (5, ATTRIBUTE)],
    'a = [\n  1 2,\n  3,\n  f(,),\n]\nb = "${x y}"\nc = 1\n':
        [(2, ITEM), (4, EXPRESSION), (6, "Extra characters after interpolation expression")],
    "locals {\n  a = [\n    { x = 1 1 },\n    { y = 2 },\n    { z = 3 3 },\n  ]\n  b = 1 1\n}\n":
        [(3, ATTRIBUTE), (5, ATTRIBUTE), (7, NEWLINE)],
    # Of several in one line the first.
    "a = [1, 2 3, 4 5]\nb = ]\n": [(1, ITEM), (2, EXPRESSION)],
    "a = 1 1 1 1 ) ] } 1\nb = 2\n": [(1, NEWLINE)],
    # Brackets and braces.
    "a = (1\nb = 2\nc = 3 3\n": [(2, "Unbalanced parentheses"), (3, NEWLINE)],
    "a = x[1\nb = 2\n": [(3, "Missing close bracket on index")],
    "a = f(1 2)\nb = f(1\n":
        [(1, "Missing argument separator"), (2, "Unterminated function call")],
    'r "a" {\n  x = 1\n\nr "b" {\n  y = 1\n}\n': [(1, "Unclosed configuration block")],
    'r "a" {\n  x = 1\n}\n}\nr "b" {\n  y = 1 1\n}\n':
        [(4, "Argument or block definition required"), (6, NEWLINE)],
    # Strings, heredocs and templates.
    'a = "x\nb = "y\nc = 1\n':
        [(1, "Invalid multi-line string"), (2, "Invalid multi-line string")],
    "a = <<E\nx\n": [(3, "Unterminated template string")],
    'a = "${x"\nb = 1 1\n': [(1, "Unclosed template interpolation sequence"), (2, NEWLINE)],
    'a = "%{ if x }"\nb = "%{ else }"\nc = "%{ endfor }"\n':
        [(1, "Unexpected end of template"), (2, "Unexpected else directive"),
         (3, "Unexpected endfor directive")],
    'a = "%{ foo }"\nb = "%{ }"\n':
        [(1, "Invalid template control keyword"), (2, "Invalid template directive")],
    'a = "\\q"\nb = "\\u12"\nc = "\\ud800"\n': [(n, "Invalid escape sequence") for n in (1, 2, 3)],
    # Arguments and blocks.
    "a = 1, b = 2\nc = 3,\n": [(n, "Unexpected comma after argument") for n in (1, 2)],
    'a 1\nb = 2\n"c" = 3\n':
        [(1, "Argument or block definition required"), (3, "Invalid argument name")],
    "a = 1\na = 2\nb {\n  c = 1\n  c = 2\n}\n":
        [(2, "Attribute redefined"), (5, "Attribute redefined")],
    'r "a" "${x}" {}\n': [(1, "Invalid string literal")],
    'r "a" { x = 1, y = 2 }\nr "b" { x = 1\n}\nr "c" { s {} }\n':
        [(1, ONE_LINE), (2, ONE_LINE), (4, "Argument definition required")],
    'r "a"\n{\n  x = 1\n}\nr = "b" {\n}\n': [(1, "Invalid block definition"), (5, NEWLINE)],
    "r {} a = 1\nb = 2 2\n": [(1, "Missing newline after block definition"), (2, NEWLINE)],
    "a = b ? c\nd = 1\n": [(1, "Missing false expression in conditional")],
    "a = [for x : x]\nb = {for x in y : x}\nc = [for x in y : x => x]\nd = [for x in y : x...]\n":
        [(n, FOR) for n in (1, 2, 3, 4)],
    "a = x.\nb = x.[0]\nc = x..y\n": [(n, "Invalid attribute name") for n in (1, 2, 3)],
    "a = x.0.1\nb = x.*.*\n":
        [(1, "Invalid legacy index syntax"), (2, "Nested splat expression not allowed")],
    "a = b::\nc = b::d\n": [(1, "Missing function name"), (2, "Missing open parenthesis")],
    # Characters from elsewhere.
    "a = 'x'\nb = `x`\nc = x & y\nd = x | y\ne = ~x\nf = x ^ y\ng = 1;\n":
        [(1, "Invalid character"), (2, "Invalid character"),
         *((n, "Unsupported operator") for n in (3, 4, 5, 6)), (7, "Invalid character")],
    "a = 1 /* x\nb = 2\n": [(1, "Unclosed comment")],
    "a = 1\rb = 2\n": [(1, "Invalid character")],
    "a = \x01\n": [(1, "Invalid character")],
}


@pytest.mark.parametrize("text", CASES, ids=repr)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_errors(text: str, ends: str) -> None:
    assert places(text.replace("\n", ends)) == CASES[text]


@pytest.mark.parametrize("text", CASES, ids=repr)
def test_every_error_has_a_place_and_says_what_to_do(text: str) -> None:
    for found in errors_of(text):
        assert found.is_error
        assert found.subject is not None
        assert found.subject.start <= found.subject.end
        assert len(found.detail) > 30
        assert found.detail.endswith((".", "?"))


def test_what_is_right_around_an_error_is_read() -> None:
    body, diags = parse_config(SourceFile("f", 'a = 1\nb = 2 2\nr "x" {\n  c = (\n}\nd = 4\n'))
    assert len(diags) == 2
    assert [each.name for each in body.attributes if each.name in "ad"] == ["a", "d"]


def test_an_unclosed_bracket_names_the_line_where_it_opens() -> None:
    (found,) = errors_of("a = [\n  1,\nb = 2\n")
    assert found.subject is not None
    assert "1" in found.detail or any(where.start.line == 1 for _, where in found.related)


@pytest.mark.parametrize("text", ["", "1 2", "(", "a.", "f(", '"x', "${", "\n"])
def test_a_broken_expression_is_null(text: str) -> None:
    node, diags = parse_expression(SourceFile("f", text))
    assert len(list(diags)) == 1
    assert show(node) == "None"


@pytest.mark.parametrize("text", ["${", "${a", "%{ if a }", "%{ else }", "${a b}"])
def test_a_broken_template_is_an_error(text: str) -> None:
    assert len(list(parse_template(SourceFile("f", text))[1])) == 1
