"""Source text and positions in it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import msgspec


class Pos(msgspec.Struct, frozen=True, order=True):
    """One place: 1-based line and column (in characters), 0-based byte offset in UTF-8."""

    line: int
    column: int
    byte: int


class SourceRange(msgspec.Struct, frozen=True, order=True):
    """A stretch of one file, start inclusive, end exclusive."""

    filename: str
    start: Pos
    end: Pos

    def __str__(self) -> str:
        return f"{self.filename}:{self.start.line},{self.start.column}"


class SourceFile:
    """The decoded text of one file, with offsets turned into positions only when asked.

    Syntax nodes carry character offsets; this class owns the way back to lines and columns.
    """

    __slots__ = ("_bytes", "_found", "_lines", "_near", "lead", "name", "text")

    def __init__(self, name: str, text: str, lead: int = 0) -> None:
        self.name = name
        self.text = text
        #: Bytes of the file before the text: its byte order mark.
        self.lead = lead
        self._lines: list[int] | None = None
        self._bytes: list[int] | None = None
        #: The last offset asked for, and its byte offset.
        self._near = (0, 0)
        self._found: dict[str, bool] = {}

    def mentions(self, word: str) -> bool:
        """Whether *word* is anywhere in the text; the text is searched once."""
        found = self._found.get(word)
        if found is None:
            found = self._found[word] = word in self.text
        return found

    @property
    def line_starts(self) -> list[int]:
        """Character offset of the start of every line."""
        if self._lines is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._lines = starts
        return self._lines

    def pos(self, offset: int) -> Pos:
        """The position of a character offset; offsets past the end mean the end."""
        offset = max(0, min(offset, len(self.text)))
        starts = self.line_starts
        index = bisect_right(starts, offset) - 1
        return Pos(index + 1, offset - starts[index] + 1,
                   self.lead + self._byte(offset, index))

    def _byte(self, offset: int, line: int) -> int:
        if self.text.isascii():
            return offset
        starts = self.line_starts
        if self._bytes is None:
            # Byte offsets of the line starts, so that one position costs one line, not one file.
            sizes = [0]
            for begin, end in pairwise(starts):
                sizes.append(sizes[-1] + len(self.text[begin:end].encode("utf-8", "surrogatepass")))
            self._bytes = sizes
        begin, size = starts[line], self._bytes[line]
        near, there = self._near
        if begin < near <= offset:
            # Most are asked for in order, and a generated file may be one long line.
            begin, size = near, there
        size += len(self.text[begin:offset].encode("utf-8", "surrogatepass"))
        self._near = (offset, size)
        return size

    def range(self, start: int, end: int) -> SourceRange:
        """The range between two character offsets."""
        return SourceRange(self.name, self.pos(start), self.pos(end))

    def line(self, number: int) -> str:
        """The text of a 1-based line without its line end; empty when there is no such line."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")
