"""Trees parsed out of one text that stand in another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from vbrprov.diag import Pos, SourceFile, SourceRange
from vbrprov.syntax import ast

_T = TypeVar("_T")

#: Fields of tree nodes that are offsets.
_OFFSETS: Final = frozenset({"start", "end", "name_end", "type_end", "header_end"})


class EmbeddedSource(SourceFile):
    """A text that stands, maybe in another spelling, inside a file.

    Offsets are those of the text; *outward* turns them into offsets of *file*, in which all
    positions are given.
    """

    __slots__ = ("_file", "_outward")

    def __init__(self, file: SourceFile, text: str, outward: Callable[[int], int]) -> None:
        super().__init__(file.name, text)
        self._file = file
        self._outward = outward

    def pos(self, offset: int) -> Pos:
        """The position in the file."""
        return self._file.pos(self._outward(max(0, min(offset, len(self.text)))))

    def range(self, start: int, end: int) -> SourceRange:
        """The range in the file."""
        return SourceRange(self.name, self.pos(start), self.pos(end))


class SplicedSource(SourceFile):
    """Two files behind each other, for a tree with parts of both.

    The text is that of the first; offsets from ``base`` on mean the second. Positions are those in
    the file that the start of a range is in.
    """

    __slots__ = ("base", "first", "second")

    def __init__(self, first: SourceFile, second: SourceFile) -> None:
        super().__init__(first.name, first.text)
        self.first = first
        self.second = second
        self.base = _extent(first)

    def pos(self, offset: int) -> Pos:
        """The position in the file that *offset* belongs to."""
        if offset < self.base:
            return self.first.pos(offset)
        return self.second.pos(offset - self.base)

    def range(self, start: int, end: int) -> SourceRange:
        """The range in the file that *start* belongs to."""
        if start < self.base:
            return self.first.range(start, end)
        return self.second.range(start - self.base, end - self.base)


def _extent(source: SourceFile) -> int:
    """One more than an offset can be."""
    if isinstance(source, SplicedSource):
        return source.base + _extent(source.second)
    return len(source.text) + 1


def relocate(node: _T, move: Callable[[int], int]) -> _T:
    """A copy of a tree with every offset replaced by what *move* makes of it."""
    if not isinstance(node, ast.Node):
        return node
    fields: list[Any] = []
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if name in _OFFSETS:
            value = move(value)
        elif type(value) is list:
            value = [relocate(item, move) for item in value]
        elif isinstance(value, ast.Node):
            value = relocate(value, move)
        fields.append(value)
    return type(node)(*fields)
