"""Bytes that are no text, and files beyond the limits: one diagnostic each, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from syntax_tree import errors_of

from vbrprov.diag import Diagnostic, SourceFile
from vbrprov.syntax import Limits, decode_source, parse_config, parse_expression


def decoding_error(raw: bytes) -> Diagnostic:
    source, diags = decode_source("main.vbr.hcl", raw)
    (found,) = diags
    assert not parse_config(source)[0].blocks
    return found


def test_latin_1_is_reported_with_its_byte_offset() -> None:
    found = decoding_error("a = 1\nb = \"ü\"\n".encode("latin-1"))
    assert found.summary == "Invalid character encoding"
    assert "0xfc at offset 11" in found.detail
    assert found.subject is not None
    assert (found.subject.start.line, found.subject.start.column) == (2, 6)


def test_the_offset_of_a_bad_byte_counts_the_byte_order_mark() -> None:
    assert "0xff at offset 5" in decoding_error(b"\xef\xbb\xbf# \xff").detail


@pytest.mark.parametrize("raw", [
    "a = 1".encode("utf-16"), b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80",
    b"a\xe2\x82",
], ids=["UTF-16", "continuation", "overlong", "surrogate", "beyond", "cut off"])
def test_what_is_not_utf8(raw: bytes) -> None:
    assert decoding_error(raw).summary == "Invalid character encoding"


def test_nul() -> None:
    _, diags = decode_source("f", b"a = 1\nb = \0\n")
    (found,) = diags
    assert found.summary == "Invalid character"
    assert "NUL" in found.detail
    assert found.subject is not None
    assert found.subject.start.line == 2


@pytest.mark.parametrize("char", "\u202a\u202e\u2066\u2069")
def test_direction_characters_are_refused_even_in_comments(char: str) -> None:
    for text in (f"# {char}\n", f'a = "{char}"\n'):
        (found,) = errors_of(text)
        assert found.summary == "Invisible direction character"
        assert f"\\u{ord(char):04X}" in found.detail


def test_lone_surrogates_in_text_from_elsewhere() -> None:
    for text in ("a = \ud800\n", 'a = "\ud800"\n', "\ud800 = 1\n"):
        _, diags = parse_config(SourceFile("f", text))
        for found in diags:
            assert found.subject is not None


def test_a_file_that_is_too_large() -> None:
    found = decoding_error(b"#" * 1_000_001)
    assert found.summary == "File too large"
    assert "1000001" in found.detail
    assert not decode_source("f", b"#" * 1_000_000)[1]


NESTED: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: "a = " + "(" * n + "1" + ")" * n + "\n",
    "lists": lambda n: "a = " + "[" * n + "]" * n + "\n",
    "objects": lambda n: "a = " + "{a=" * n + "1" + "}" * n + "\n",
    "calls": lambda n: "a = " + "f(" * n + ")" * n + "\n",
    "indexes": lambda n: "a = " + "a[" * n + "0" + "]" * n + "\n",
    "signs": lambda n: "a = " + "-" * n + "1\n",
    "templates": lambda n: "a = " + '"${' * (n // 2) + "1" + '}"' * (n // 2) + "\n",
    "conditionals": lambda n: "a = " + "a ? 1 : " * n + "1\n",
    "for": lambda n: "a = " + "[for x in y : " * n + "x" + "]" * n + "\n",
    "blocks": lambda n: "b {\n" * n + "}\n" * n,
    "directives": lambda n: 'a = "' + "%{ if a }" * (n - 2) + "%{ endif }" * (n - 2) + '"\n',
    "splats": lambda n: "a = a" + "[*]" * n + "\n",
}


@pytest.mark.parametrize("kind", NESTED)
def test_nesting(kind: str) -> None:
    make = NESTED[kind]
    assert not errors_of(make(198))
    for depth in (204, 1_000, 30_000):
        (found,) = errors_of(make(depth))
        assert found.summary == "Nesting too deep"
        assert "200" in found.detail


@pytest.mark.parametrize("kind", [*NESTED])
def test_unclosed_nesting(kind: str) -> None:
    text = NESTED[kind](5_000)
    found = errors_of(text[: len(text) // 2])
    # The cut may break a word, too.
    assert len(found) <= 2
    assert found[-1].summary == "Nesting too deep"


def test_little_stack_left() -> None:
    text = NESTED["parentheses"](150)

    def deep(levels: int) -> list[Diagnostic]:
        if levels:
            return deep(levels - 1)
        return list(parse_config(SourceFile("f", text))[1])

    frames = 0
    frame = sys._getframe()
    while frame is not None:
        frames += 1
        frame = frame.f_back
    (found,) = deep(sys.getrecursionlimit() - frames - 100)
    assert found.summary == "Nesting too deep"


@pytest.mark.parametrize("text", [
    "1" * 4_301, "0." + "1" * 4_300, "1e4300", "1e-4300", "1e" + "9" * 30, "1.5e99999",
])
def test_numbers(text: str) -> None:
    _, diags = parse_expression(SourceFile("f", text))
    (found,) = diags
    assert found.summary == "Number too large"
    assert "4300" in found.detail


@pytest.mark.parametrize("text", ["1" * 4_300, "1e4299", "1e-4299", "0" * 4_300])
def test_large_numbers_within_the_limit(text: str) -> None:
    assert not parse_expression(SourceFile("f", text))[1]


@pytest.mark.parametrize("text", ["1.2.3", "1e5e5", "1..2", "0x10", "1_000", "12abc"])
def test_what_is_no_number(text: str) -> None:
    assert len(list(parse_expression(SourceFile("f", text))[1])) == 1


def test_operators() -> None:
    limits = Limits(operators=5)
    assert not parse_config(SourceFile("f", "a = " + " + ".join("123456")), limits=limits)[1]
    _, diags = parse_config(SourceFile("f", "a = " + " + ".join("1234567")), limits=limits)
    (found,) = diags
    assert found.summary == "Expression too long"


def test_the_rest_of_many_errors_is_not_shown() -> None:
    found = errors_of("a = 1 1\n" * 500)
    assert len(found) == 101
    assert found[-1].summary == "Too many errors"
    assert "100" in found[-1].detail


def test_nesting_beyond_the_setting_is_no_setting() -> None:
    _, diags = parse_config(SourceFile("f", NESTED["lists"](900)), limits=Limits(nesting=10_000))
    assert [each.summary for each in diags] == ["Nesting too deep"]
