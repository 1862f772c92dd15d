"""How the parser gets going again after an error.

Inside an expression it goes on at the next item of the collection, as long as the brackets tell
where that is. Everywhere else the layout of the text is the better witness: a line that is indented
no deeper than the broken item, and looks like the start of an item, starts one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from vbrprov.diag import SourceFile
from vbrprov.syntax.cursor import Cursor, SyntaxStop
from vbrprov.syntax.limits import Limits
from vbrprov.syntax.patterns import NAME
from vbrprov.syntax.scanner import scan_again
from vbrprov.syntax.tokens import CLOSERS, END_HEREDOC, EOF, NEWLINE, UNCLOSED, Tokens

_CLOSING: Final = frozenset(CLOSERS.values())
_LINES: Final = frozenset({NEWLINE})
_LINE: Final = re.compile(
    rf"""([ \t]*+)(?:                                                 # 1 indentation
      ([)\]}}])                                                       # 2 closing bracket
    | ((?:[^\s={{}}()\[\]\#]++[ \t]*+=(?![=>]))                         # 3 start of an item
      |{NAME}(?:[ \t]*+\{{|[ \t]++(?:"|{NAME}[ \t]*+["{{])))
    )?[^\n]*?(?:(<<-?{NAME})\r?)?(?:\n|\Z)                           # 4 start of a heredoc
    """,
    re.VERBOSE,
)
_WORD_LINE: Final = re.compile(rf"^[ \t]*+({NAME})[ \t]*+\r?$", re.MULTILINE)


class RecoveringCursor(Cursor):
    """Finds the end of what is broken."""

    def __init__(self, source: SourceFile, tokens: Tokens, limits: Limits) -> None:
        super().__init__(source, tokens, limits)
        # Scanning again after each error would make the time quadratic without a limit.
        self._budget = 1_000_000 + len(source.text)
        # Where the lines start that hold nothing but one word, by that word.
        self._words: dict[str, list[int]] | None = None

    def skip(
        self, item: int, closer: str, separators: frozenset[str], outer: int | None
    ) -> bool:
        """Go on to the end of a broken item: before *closer*, a separator, or the end of the text.

        A new error is skipped from the first token *item* of the item, since only from there the
        nesting is known. When an inner construct has skipped it already and come to something that
        is not its own, this goes on from there.

        Stops before any closing brace that has no partner in the skipped part, since it ends
        something further out. Where that is the file, *closer* is ``EOF`` and such braces are
        skipped, too.

        Returns whether the brackets make sense so far. They do not when a bracket is still open
        where a line is indented no deeper than *outer*, the line that opens the collection, or
        than the item. With *outer* ``None`` the layout is not looked at.
        """
        kinds, starts, ends, text = self.kinds, self.starts, self.ends, self.text
        i = item if self.fresh else self.i
        self.fresh = False
        indent = self.indent(starts[item])
        wanted: list[str] = []
        count = dict.fromkeys(_CLOSING, 0)
        while (kind := kinds[i]) != EOF:
            if not wanted and (kind == closer or kind in separators):
                break
            if outer is not None and wanted and wanted[-1] != END_HEREDOC and kind != NEWLINE \
                    and "\n" in text[ends[i - 1] - 1 : starts[i]]:
                width = starts[i] - text.rfind("\n", 0, starts[i]) - 1
                if width <= outer or width < indent or (width == indent and kind != wanted[-1]):
                    self.i = i
                    return False
            if kind in (NEWLINE, UNCLOSED):
                # Line ends count here, so brackets other than braces were left behind.
                while wanted and wanted[-1] != "}":
                    count[wanted.pop()] -= 1
                if not wanted:
                    break
            elif kind in CLOSERS:
                wanted.append(CLOSERS[kind])
                count[CLOSERS[kind]] += 1
            elif kind in _CLOSING:
                if outer is not None and kind != "}" and wanted and wanted[-1] != kind \
                        and (count[kind] or kind == closer):
                    self.i = i
                    return False
                if count[kind]:
                    while (last := wanted.pop()) != kind:
                        count[last] -= 1
                    count[kind] -= 1
                elif kind == closer or (kind == "}" and closer != EOF):
                    break
            i += 1
        self.i = i
        return True

    def resync(self, item: int, closer: str, level: int, outer: int) -> None:
        """Go on behind the broken item of a body that starts at token *item*.

        The body is *level* blocks deep, and the line that opens it is indented by *outer*. Raises
        ``SyntaxStop`` when the body itself seems to have ended.
        """
        start = self.starts[item]
        line_start = self.text.rfind("\n", 0, start) + 1
        indent = start - line_start
        if self.text[line_start:start].strip(" \t") or indent <= outer or self._budget < 0:
            self.skip(item, closer, _LINES, None)
            if self.i <= item:
                self.i = item + 1
            return
        pos = max(self.text.rfind("\n", 0, self.seen) + 1, line_start)
        if pos == line_start:
            pos = self._next_line(line_start)
        while pos < len(self.text):
            m = _LINE.match(self.text, pos)
            if m is None:
                break
            width = m.end(1) - pos
            if m.group(2):
                if width < indent:
                    if m.group(2) == "}" and width == outer:
                        break
                    if width <= outer:
                        raise SyntaxStop
            elif m.group(3) and width <= indent:
                if width <= outer:
                    raise SyntaxStop
                break
            pos = m.end()
            if m.group(4):
                pos = self._after_heredoc(m.group(4).lstrip("<-"), pos)
        self._scan_again(pos, level)

    def _next_line(self, pos: int) -> int:
        """Where the line after the one at *pos* starts."""
        end = self.text.find("\n", pos)
        return len(self.text) if end < 0 else end + 1

    def _after_heredoc(self, marker: str, pos: int) -> int:
        """Where the line after the end of a heredoc starts; *pos* when it has no end."""
        if self._words is None:
            # Made once, since a broken file may have thousands of heredocs without end.
            self._words = {}
            for m in _WORD_LINE.finditer(self.text):
                self._words.setdefault(m.group(1), []).append(m.start())
        starts = self._words.get(marker, [])
        index = bisect_left(starts, pos)
        return self._next_line(starts[index]) if index < len(starts) else pos

    def indent(self, start: int) -> int:
        """How far the line of offset *start* is indented."""
        line = self.text.rfind("\n", 0, start) + 1
        return len(self.text[line:start]) - len(self.text[line:start].lstrip(" \t"))

    def width(self, start: int) -> int:
        """How far the token at offset *start* is indented; -1 when it does not begin its line."""
        line = self.text.rfind("\n", 0, start) + 1
        return -1 if self.text[line:start].strip(" \t") else start - line

    def _scan_again(self, pos: int, level: int) -> None:
        """Replace the tokens from *pos* on, which is in a body that is *level* blocks deep."""
        self._budget -= len(self.text) - pos
        self.i = bisect_left(self.starts, pos)
        scan_again(self.tokens, self.i, pos, level)
        self.fresh = False
