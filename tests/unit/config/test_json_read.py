"""The reader of JSON: values, places, errors, limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbrprov.diag import Diagnostic, SourceFile
from vbrprov.syntax import Limits
from vbrprov.syntax.json_read import read_json
from vbrprov.syntax.json_tree import (
    JsonArray,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
)


def value_of(node: JsonValue) -> Any:
    """The value as the standard library has it, numbers as they are written."""
    if isinstance(node, JsonObject):
        return {m.name.value: value_of(m.value) for m in node.members}
    if isinstance(node, JsonArray):
        return [value_of(item) for item in node.items]
    return node.text if isinstance(node, JsonNumber) else node.value


def failure(text: str, **limits: int) -> Diagnostic:
    """The only error in a text."""
    value, diags = read_json(SourceFile("f.json", text), limits=Limits(**limits))
    assert value is None
    assert len(diags) == 1
    return next(iter(diags))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.text(st.characters(exclude_categories=("Cs",)), max_size=3), inner, max_size=4),
    max_leaves=20)


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_reads_what_a_writer_writes(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    node, diags = read_json(SourceFile("f.json", text))
    assert not diags
    assert node is not None
    assert (node.start, node.end) == (0, len(text))
    assert value_of(node) == json.loads(text, parse_int=str, parse_float=str)


@given(st.text(max_size=40))
def test_never_fails_without_a_diagnostic(text: str) -> None:
    value, diags = read_json(SourceFile("f.json", text))
    assert (value is None) == diags.has_errors
    try:
        json.loads(text, parse_constant=_refuse)
    except ValueError:
        assert value is None
    else:
        # A lone half of a pair of surrogates is all that the standard library lets pass.
        assert value is not None or "half of a pair" in next(iter(diags)).detail


def _refuse(word: str) -> None:
    raise ValueError(word)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), st.booleans())
def test_offsets_of_characters_in_a_string(text: str, ascii_only: bool) -> None:
    written = json.dumps(text, ensure_ascii=ascii_only)
    node, _ = read_json(SourceFile("f.json", written))
    assert isinstance(node, JsonString)
    for index, char in enumerate(text):
        piece = written[node.offset(index):node.offset(index + 1)]
        assert json.loads(f'"{piece}"') == char
    assert node.offset(len(text)) == len(written) - 1


@pytest.mark.parametrize(("text", "summary", "start", "end"), [
    ("", "Missing value", 0, 0),
    ("{", "Unclosed object", 0, 1),
    ('{"a"', "Missing property value colon", 4, 4),
    ('{"a":', "Missing value", 5, 5),
    ('{"a": 1', "Unclosed object", 0, 1),
    ('{"a": 1,', "Unclosed object", 0, 1),
    ('{"a": 1,}', "Trailing comma in object", 7, 8),
    ('{"a": 1 "b": 2}', "Missing separator comma", 8, 9),
    ('{"a": 1]', "Mismatched braces", 7, 8),
    ('{"a"}', "Missing object value", 4, 5),
    ('{"a" = 1}', "Missing property value colon", 5, 6),
    ("{a: 1}", "Invalid object property name", 1, 2),
    ("[", "Unclosed array", 0, 1),
    ("[1", "Unclosed array", 0, 1),
    ("[1,", "Unclosed array", 0, 1),
    ("[1,]", "Trailing comma in array", 2, 3),
    ("[1}", "Mismatched brackets", 2, 3),
    ("[,1]", "Missing JSON value", 1, 2),
    ('["a": 1]', "Invalid array value", 4, 5),
    ('"abc', "Invalid JSON string", 0, 4),
    ('"a\nb"', "Invalid JSON string", 0, 2),
    ('"a\tb"', "Invalid JSON string", 2, 3),
    ('"a\\', "Invalid escape sequence", 2, 3),
    ('"\\q"', "Invalid escape sequence", 1, 3),
    ('"\\u12"', "Invalid escape sequence", 1, 3),
    ('"\\ud83d"', "Invalid escape sequence", 1, 7),
    ('"\\ud83d\\u0041"', "Invalid escape sequence", 1, 7),
    ('"\\ude00"', "Invalid escape sequence", 1, 7),
    ("nul", "Invalid JSON keyword", 0, 3),
    ("NaN", "Invalid JSON keyword", 0, 3),
    ("-Infinity", "Invalid JSON keyword", 1, 9),
    ("-", "Invalid JSON number", 0, 1),
    ("01", "Invalid JSON number", 0, 2),
    ("1.", "Invalid JSON number", 0, 2),
    ("1e", "Invalid JSON number", 0, 2),
    ("1 2", "Extraneous data after value", 2, 3),
    ("// x", "Invalid start of value", 0, 1),
    ("'x'", "Invalid start of value", 0, 1),
    ("1e999999999999999999999", "Number too large", 0, 23),
    ("1e-5000", "Number too large", 0, 7),
    ("9" * 4301, "Number too large", 0, 4301),
])
def test_errors(text: str, summary: str, start: int, end: int) -> None:
    found = failure(text)
    assert found.summary == summary
    assert found.subject == SourceFile("f.json", text).range(start, end)


def test_a_hint_for_a_wrong_word() -> None:
    assert 'Did you mean "true"?' in failure("[True]").detail


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
@pytest.mark.parametrize("closing", ["", "]}"])
def test_too_deep(opening: str, closing: str) -> None:
    assert failure(opening * 100_000 + closing * 100_000).summary == "Nesting too deep"


def test_as_deep_as_allowed() -> None:
    value, diags = read_json(SourceFile("f.json", "[" * 200 + "]" * 200))
    assert not diags
    assert value is not None
    assert failure("[" * 201 + "]" * 201).subject is not None
    assert failure("[[[1]]]", nesting=2).summary == "Nesting too deep"


def test_a_word_as_long_as_the_file_is_cut() -> None:
    assert len(failure("x" * 900_000).detail) < 200
