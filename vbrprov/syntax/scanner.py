"""Text to tokens, in one pass and without regard to grammar.

The scanner knows about nesting as far as it must: a quoted string may hold an interpolation that
holds a quoted string, and line ends count only directly inside a body or an object.
"""

from __future__ import annotations

from typing import Final

from vbrprov.syntax.patterns import (
    FOR_AHEAD,
    LINE_TEXT,
    MAIN,
    NAME_ALONE,
    QUOTED,
    RESTART,
    SPACE,
    is_name,
)
from vbrprov.syntax.tokens import (
    ATTR,
    BAD,
    END_HEREDOC,
    END_QUOTE,
    END_SEQUENCE,
    EOF,
    HEREDOC,
    ID,
    INTERPOLATION,
    NEWLINE,
    NUMBER,
    PATH,
    QUOTE,
    STRING,
    TEXT,
    UNCLOSED,
    Tokens,
)

# The kinds of tokens that need no further work, by the number of their group in `MAIN`.
_KIND: Final = {1: ID, 5: STRING, 6: NUMBER, 14: BAD}

# What can be open, outermost first on the stack. Line ends count where the top is in `_LINES`.
_BODY: Final = "body"
_OBJECT: Final = "object"
_FOR_OBJECT: Final = "for"
_LINES: Final = frozenset({_BODY, _OBJECT})
_TEMPLATES: Final = frozenset({QUOTE, HEREDOC, TEXT})
_BRACES: Final = frozenset({_BODY, _OBJECT, _FOR_OBJECT, INTERPOLATION, TEXT})
# How far down a closing bracket looks for its partner past brackets of the other sort. The text is
# broken there anyway, and without an end the search would make the time quadratic.
_SEARCH: Final = 10


def scan_body(text: str) -> Tokens:
    """The tokens of a configuration file."""
    return _Scanner(text, _BODY).run()


def scan_expression(text: str) -> Tokens:
    """The tokens of a text that is one expression, in which line ends do not count."""
    return _Scanner(text, "(").run()


def scan_template(text: str) -> Tokens:
    """The tokens of a text that is the inside of a template."""
    return _Scanner(text, TEXT).run()


def scan_again(tokens: Tokens, index: int, pos: int, level: int) -> None:
    """Replace all tokens from *index* on: *pos* is in a body that is *level* blocks deep."""
    del tokens.kinds[index:]
    del tokens.starts[index:]
    del tokens.ends[index:]
    tokens.opened = {at: opened for at, opened in tokens.opened.items() if at < index}
    scanner = _Scanner(tokens.text, _BODY, tokens)
    scanner.stack *= level + 1
    scanner.opened *= level + 1
    scanner.pos = pos
    scanner.run()


class _Scanner:
    """One run over one text. ``opened`` holds the offset where each thing on ``stack`` starts."""

    def __init__(self, text: str, mode: str, tokens: Tokens | None = None) -> None:
        self.text = text
        self.tokens = tokens or Tokens(text)
        self.stack = [mode]
        self.opened = [0]
        self.markers: list[str] = []
        self.at_line_start = True
        self.pos = 0

    def run(self) -> Tokens:
        """Scan everything and return the tokens."""
        text, tokens, stack = self.text, self.tokens, self.stack
        size = len(text)
        while self.pos < size:
            kind = stack[-1]
            if kind == QUOTE:
                self._quoted()
            elif kind == HEREDOC:
                self._heredoc()
            elif kind == TEXT:
                self._bare()
            else:
                self._main()
        if len(stack) > 1 and stack[-1] != _BODY:
            tokens.opened[len(tokens.kinds)] = self.opened[-1]
        tokens.add(EOF, size, size)
        if not text.isascii():
            _check_names(tokens)
        return tokens

    def _push(self, kind: str, start: int) -> None:
        self.stack.append(kind)
        self.opened.append(start)

    def _cut(self, depth: int) -> None:
        """Leave everything on the stack from *depth* upwards."""
        for kind in self.stack[depth:]:
            if kind == HEREDOC:
                self.markers.pop()
        del self.stack[depth:]
        del self.opened[depth:]

    def _main(self) -> None:
        """Scan up to where a template goes on, or to the end of the text."""
        stack = self.stack
        add_kind = self.tokens.kinds.append
        add_start, add_end = self.tokens.starts.append, self.tokens.ends.append
        lines = stack[-1] in _LINES
        for m in MAIN.finditer(self.text, self.pos):
            group = m.lastindex or 15
            if group == 2:
                add_kind(ATTR)
                add_start(m.start(1))
                add_end(m.end(1))
            elif group == 13:
                add_kind(m.group(13))
                add_start(m.start(13))
                add_end(m.end())
            elif group == 4:
                if lines:
                    add_kind(NEWLINE)
                    add_start(m.start(4))
                    add_end(m.end())
                elif len(stack) > 1 and RESTART.match(self.text, m.end()):
                    self._give_up_brackets(m.end())
                    lines = stack[-1] in _LINES
            elif group == 3:
                add_kind(PATH)
                add_start(m.start(1))
                add_end(m.end())
            elif group == 7:
                kind, start, end = m.group(7), m.start(7), m.end()
                add_kind(kind)
                add_start(start)
                add_end(end)
                if kind == "{":
                    kind = self._brace(end, lines)
                self._push(kind, start)
                lines = kind in _LINES
            elif group == 8:
                kind = self._close(m.group(8))
                add_kind(kind)
                add_start(m.start(8))
                add_end(m.end())
                top = stack[-1]
                if kind == END_SEQUENCE and top in _TEMPLATES:
                    self.pos = m.end()
                    return
                lines = top in _LINES
            elif group == 9:
                self.tokens.add(QUOTE, m.start(9), m.end())
                self._push(QUOTE, m.start(9))
                self.pos = m.end()
                return
            elif group == 10:
                self._begin_heredoc(m.start(10), m.end())
                return
            elif group == 12:
                self._comment(m.start(12))
                return
            elif group not in (11, 15):
                start = m.start(group)
                add_kind(_KIND[group])
                add_start(start)
                add_end(m.end())
        self.pos = len(self.text)

    def _comment(self, start: int) -> None:
        """Pass a block comment; one without end hides everything that follows."""
        end = self.text.find("*/", start + 2)
        if end < 0:
            self.tokens.add(BAD, start, start + 2)
            self.pos = len(self.text)
        else:
            self.pos = end + 2

    def _brace(self, end: int, lines: bool) -> str:
        """What kind of brace opens before *end*: a body, an object or a ``for`` object."""
        kinds = self.tokens.kinds
        before = kinds[-2] if len(kinds) > 1 else EOF
        if lines and self.stack[-1] == _BODY and before in (ID, STRING, END_QUOTE):
            return _BODY
        return _FOR_OBJECT if FOR_AHEAD.match(self.text, end) else _OBJECT

    def _close(self, closer: str) -> str:
        """Take the bracket that *closer* closes off the stack; the kind of the closing token.

        A brace also ends the brackets inside it that were left open; a bracket without partner
        changes nothing.
        """
        stack = self.stack
        depth = len(stack) - 1
        if closer == ")" or closer == "]":
            wanted = "(" if closer == ")" else "["
            if stack[-1] == wanted and depth:
                stack.pop()
                self.opened.pop()
                return closer
            lowest = max(0, depth - _SEARCH)
            while depth > lowest and stack[depth] in "([":
                if stack[depth] == wanted:
                    self._cut(depth)
                    break
                depth -= 1
            return closer
        while depth > 0 and stack[depth] not in _BRACES:
            depth -= 1
        sequence = closer == "~}" or stack[depth] == INTERPOLATION
        self._cut(max(depth, 1))
        return END_SEQUENCE if sequence else closer

    def _give_up_brackets(self, end: int) -> None:
        """Close everything up to the nearest body or object, since an item of that starts here."""
        stack, tokens = self.stack, self.tokens
        start = end
        while tokens.text[start] in " \t":
            start += 1
        tokens.opened[len(tokens.kinds)] = self.opened[-1]
        tokens.add(UNCLOSED, start, start)
        depth = len(stack)
        while depth > 1 and stack[depth - 1] not in _LINES:
            depth -= 1
        self._cut(depth)

    def _sequence(self, start: int, end: int) -> None:
        """Enter the interpolation or directive that starts at *start*."""
        self.tokens.add(self.text[start] + "{", start, end)
        self._push(INTERPOLATION, start)
        self.pos = end

    def _quoted(self) -> None:
        """Scan on inside a quoted template, up to its end or a sequence that is not just a name."""
        tokens, text, pos = self.tokens, self.text, self.pos
        while True:
            m = QUOTED.match(text, pos)
            if m is None:
                self.pos = pos
                self._broken_string()
                return
            group = m.lastindex
            start, pos = m.span()
            if group == 1:
                tokens.add(TEXT, start, pos)
            elif group == 3:
                name = NAME_ALONE.match(text, pos)
                if name is None:
                    self._sequence(start, pos)
                    return
                tokens.add(text[start] + "{", start, pos)
                tokens.add(PATH if name.group(2) else ID, name.start(1), name.end(2))
                tokens.add(END_SEQUENCE, name.start(3), name.end())
                pos = name.end()
            elif group == 4:
                tokens.add(END_QUOTE, start, pos)
                self._cut(len(self.stack) - 1)
                self.pos = pos
                return
            else:
                tokens.add(TEXT, start, pos)

    def _broken_string(self) -> None:
        """Report a line end (or a lone backslash before it) in a quoted string and leave it there.

        Strings and sequences that began on the same line are left with it.
        """
        tokens, text, stack, pos = self.tokens, self.text, self.stack, self.pos
        if pos == len(text):
            return
        tokens.opened[len(tokens.kinds)] = self.opened[-1]
        tokens.add(BAD, pos, pos + 1)
        if text[pos] == "\\":
            pos += 1
        line = text.rfind("\n", 0, pos)
        depth = lowest = len(stack) - 1
        while depth > 0 and self.opened[depth] > line and stack[depth] != HEREDOC:
            if stack[depth] == QUOTE:
                lowest = depth
            depth -= 1
        if pos < len(text):
            self._cut(lowest)
            if text[pos] == "\r" and not text.startswith("\r\n", pos):
                pos += 1
        self.pos = pos

    def _begin_heredoc(self, start: int, end: int) -> None:
        """Enter the heredoc whose introduction, with the line end, is given."""
        marker = self.text[start:end].lstrip("<-").rstrip("\r\n")
        if marker.isascii() or is_name(marker):
            self.tokens.add(HEREDOC, start, end)
            self._push(HEREDOC, start)
            self.markers.append(marker)
            self.at_line_start = True
            self.pos = end
        else:
            self.pos = self.text.index(marker, start) + len(marker)
            self.tokens.add(BAD, start, self.pos)

    def _heredoc(self) -> None:
        """Scan on inside a heredoc."""
        tokens, text, marker = self.tokens, self.text, self.markers[-1]
        line_start = self.at_line_start
        self.at_line_start = False
        while self.pos < len(text):
            m = LINE_TEXT.match(text, self.pos)
            if m is None:
                tokens.add(BAD, self.pos, self.pos + 1)
                self.pos += 1
                continue
            group = m.lastindex
            start, end = m.span()
            if group == 3:
                self._sequence(start, end)
                return
            self.pos = end
            if group == 1 and line_start and m.group().strip(SPACE) == marker:
                self._end_heredoc(start, end)
                return
            line_start = group == 1
            tokens.add(TEXT, start, end)

    def _end_heredoc(self, start: int, end: int) -> None:
        """Emit the closing marker; the line end after it counts again."""
        last = end - 2 if self.text.startswith("\r\n", end - 2) else end - 1
        self.tokens.add(END_HEREDOC, start, last)
        self._cut(len(self.stack) - 1)
        self.pos = last

    def _bare(self) -> None:
        """Scan on in a text that is the inside of a template."""
        tokens, text = self.tokens, self.text
        while self.pos < len(text):
            m = LINE_TEXT.match(text, self.pos)
            if m is None:
                tokens.add(TEXT, self.pos, self.pos + 1)
                self.pos += 1
                continue
            start, end = m.span()
            if m.lastindex == 3:
                self._sequence(start, end)
                return
            self.pos = end
            tokens.add(TEXT, start, end)


def _check_names(tokens: Tokens) -> None:
    """Turn every name that holds a character no name may hold into a bad token."""
    text, kinds, starts, ends = tokens.text, tokens.kinds, tokens.starts, tokens.ends
    for i, kind in enumerate(kinds):
        if kind in (ID, ATTR, PATH):
            name = text[starts[i] : ends[i]]
            if not name.isascii() and not all(map(is_name, name.split("."))):
                kinds[i] = BAD
