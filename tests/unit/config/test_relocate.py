"""Trees and places that are moved from one text into another."""

from __future__ import annotations

import msgspec

from vbrprov.diag import SourceFile
from vbrprov.syntax import parse_config
from vbrprov.syntax.relocate import SplicedSource, relocate


def test_offsets_of_spliced_sources() -> None:
    a, b, c = SourceFile("a", "é" * 3), SourceFile("b", "x\ny" * 50), SourceFile("c", "z\nz")
    once = SplicedSource(a, b)
    twice = SplicedSource(once, c)
    for source, file, base in ((once, a, 0), (once, b, once.base), (twice, a, 0),
                               (twice, b, once.base), (twice, c, twice.base)):
        for offset in range(len(file.text) + 1):
            assert source.range(base + offset, base + offset) == file.range(offset, offset)


def test_moving_a_tree_moves_every_offset() -> None:
    source = SourceFile("f", 'a "b" {\n  c = [for k, v in d.e[0].*.f : "x${g(k...)}y" if !v]\n'
                             "  h = { (1 + 2) = i ? -1.5 : null }\n}\n")
    shifted = SourceFile("f", "#" * 9 + "\n" + source.text)
    body, diags = parse_config(source)
    expected, _ = parse_config(shifted)
    assert not diags
    moved = relocate(body.blocks[0], lambda offset: offset + 10)
    assert msgspec.json.encode(moved) == msgspec.json.encode(expected.blocks[0])
