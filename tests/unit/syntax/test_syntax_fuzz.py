"""Whatever comes in, a diagnostic comes out, and the work grows with the length of the text."""

from __future__ import annotations

import re
import sys
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_mangle import mangled
from syntax_mutate import BITS, mutated
from syntax_programs import program
from syntax_tree import shape

from vbrprov.syntax import (
    Limits,
    decode_source,
    parse_config,
    parse_expression,
    parse_template,
)
from vbrprov.syntax.format import format_source
from vbrprov.syntax.layout import _TOKEN
from vbrprov.syntax.patterns import MAIN

#: A piece that is repeated, so that what it opens is never closed or what is wrong is wrong often.
REPEATED = (
    "(", "[", "{", '"${', "%{", "a = <<E\n", "a = <<E\n${", "<<E\n", "a = [", "a = {\n", "f(", "a[",
    "a.", "-", "a ? b : ", "a = 1 1\n", "a b\n", "}", "b {\n", "b { a = 1 }\n", 'a = "${x y}"\n',
    'a = "%{ if a }"\n', "/*", "#\n", "\n", "\r", "\\", '"', "1", "1e", "a::", "a = [for x in ",
    "~}", "\u0301", "a = {\nb = (\n", "a = [\n1 1,\n", "a = [(]{)}\n", "a = x[1\n", 'a = "${"\n',
    "$", "a = <<-E\n x\n", "a[*]", "a = f(1 1,", " ", "\t", "{ b = ", "a = 1\n", "\x00",
    "a = b[*].*", 'a = "x" + \n', "a = 1;\n", "b \"a\" ", "a = [\n{ x = 1 1 },\n",
)


def judge(raw: bytes) -> bool:
    """Put bytes through everything; whether they were a file without errors."""
    source, diags = decode_source("main.vbr.hcl", raw)
    body, found = parse_config(source)
    diags.extend(found)
    parse_expression(source)
    parse_template(source)
    for each in diags:
        assert each.is_error
        assert each.subject is not None
        assert each.subject.start <= each.subject.end
        assert str(each.detail)
    if diags:
        return False
    made = format_source(source.text, body)
    assert shape(made) == shape(source.text)
    assert format_source(made) == made
    return True


@given(st.lists(st.sampled_from((*BITS, "a = ", "b {\n", "}\n", "\n", "x", '"y"')), max_size=40))
@settings(max_examples=250, deadline=None, database=None, derandomize=True)
def test_pieces_of_the_language(pieces: list[str]) -> None:
    judge("".join(pieces).encode("utf-8", "surrogatepass"))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
def test_text(text: str) -> None:
    judge(text.encode())
    judge(f'a = "{text}"\n'.encode())
    judge(f"a = <<E\n{text}\nE\n".encode())


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
def test_bytes(raw: bytes) -> None:
    judge(raw)


def _damage(seeds: range) -> int:
    good = 0
    for seed in seeds:
        text = mutated((program if seed % 2 else mangled)(seed), seed)
        raw = bytearray(text.encode())
        random = Random(seed)
        if seed % 5 == 0 and raw:
            raw[random.randrange(len(raw))] = random.randrange(256)
        good += judge(bytes(raw))
    return good


def test_damaged_programs() -> None:
    assert _damage(range(200)) > 20


@pytest.mark.slow
def test_many_damaged_programs() -> None:
    assert _damage(range(1_000, 16_000)) > 1_500


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_large_noise(seed: int) -> None:
    random = Random(seed)
    some = random.sample(BITS, random.randrange(3, 12))
    judge("".join(random.choice(some) for _ in range(40_000)).encode()[:65_536])
    judge(random.randbytes(65_536))
    judge(random.randbytes(65_536).decode("latin-1").encode()[:65_536])


# --- work ----------------------------------------------------------------------------------------


def _calls(text: str) -> int:
    """How many functions are called for a text, C functions included."""
    count = 0

    def watch(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        source, _ = decode_source("f", text.encode())
        # With each error some of the text is read again, so their number must not grow.
        body, found = parse_config(source, limits=Limits(errors=20))
        if not found:
            format_source(text, body)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("piece", REPEATED, ids=repr)
def test_twice_the_text_is_twice_the_work(piece: str) -> None:
    size = 1_500
    small = _calls((piece * size)[:size])
    large = _calls((piece * size)[: 2 * size])
    assert large < 2.2 * small + 1_000


@pytest.mark.parametrize("pattern", [MAIN, _TOKEN], ids=["scanner", "layout"])
@pytest.mark.parametrize("piece", REPEATED, ids=repr)
def test_no_character_is_looked_at_for_nothing(pattern: re.Pattern[str], piece: str) -> None:
    # A search that fails at one place is tried at the next: over a stretch of blanks, say, that is
    # quadratic.
    at = 0
    for m in pattern.finditer(piece * 20):
        assert m.start() == at
        at = m.end()
    assert at == len(piece * 20)
