"""The parser's place in the tokens, and its errors."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, Never

from vbrprov.diag import Diagnostics, SourceFile, SourceRange
from vbrprov.syntax.limits import MAX_NESTING, Limits
from vbrprov.syntax.tokens import ATTR, BAD, CLOSERS, EOF, ID, PATH, UNCLOSED, Tokens

_CLOSING: Final = frozenset(CLOSERS.values())

Related = tuple[tuple[str, SourceRange], ...]

#: Characters that people bring along from other languages: summary and detail for each.
_FOREIGN: Final = {
    "&": ("Unsupported operator",
          'Bitwise operators are not supported. For a logical "and", write "&&".'),
    "|": ("Unsupported operator",
          'Bitwise operators are not supported. For a logical "or", write "||".'),
    "~": ("Unsupported operator",
          'Bitwise operators are not supported. For a logical "not", write "!".'),
    "^": ("Unsupported operator",
          "Bitwise operators are not supported. For a power, call the function pow."),
    ";": ("Invalid character",
          'The character ";" is not used here. Put each argument on a line of its own, and '
          "separate the items of a list with commas."),
    "`": ("Invalid character",
          'The character "`" is not used here. For a string over several lines, write a heredoc, '
          'which starts with a marker such as "<<EOT".'),
    "'": ("Invalid character",
          'Single quotes do not delimit strings here. Write double quotes (").'),
}
_NEWLINE_IN_STRING: Final = (
    "Invalid multi-line string",
    "A quoted string must end on the line where it starts. Close it with a double quote, write "
    "\\n for a line end inside it, or use a heredoc for text of several lines.",
)
_LONE_RETURN: Final = (
    "Invalid character",
    "There is a carriage return without a line feed after it. Save the file with LF or CRLF "
    "line ends.",
)


class SyntaxStop(Exception):  # noqa: N818  # not an error for callers: it never leaves the package
    """Leaves a broken construct. Whoever catches it finds the error already recorded."""


class GiveUp(Exception):  # noqa: N818  # as above
    """Ends the whole parse: what is left would only repeat itself."""


class Cursor:
    """Tokens, the index of the next one, and what has been found wrong so far.

    ``broken`` counts the errors that left a construct, and ``mark`` those of them before the
    current item. Of the last one, ``seen`` is the offset, ``fresh`` says that nothing has been
    skipped since, and ``lost`` that the brackets after it make no sense.
    """

    #: Whether line ends count outside of all brackets.
    whole_lines = False

    def __init__(self, source: SourceFile, tokens: Tokens, limits: Limits) -> None:
        self.source = source
        self.text = source.text
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.i = 0
        self.depth = 0
        self.max_depth = min(limits.nesting, MAX_NESTING)
        self.limits = limits
        self.diags = Diagnostics()
        self.broken = 0
        self.mark = 0
        self.fresh = False
        self.lost = False
        self.seen = 0
        self.last_line = -1

    # --- errors ----------------------------------------------------------------------------------

    def report(
        self, summary: str, detail: str, start: int, end: int, *, related: Related = (),
        context: tuple[int, int] | None = None,
    ) -> None:
        """Record an error between two offsets, unless there are too many already."""
        count = len(self.diags)
        if count >= self.limits.errors:
            self.diags.error(
                "Too many errors",
                f"The file has more than {count} syntax errors. The first ones are shown; correct "
                "them and run again.",
                self.source.range(start, end),
            )
            raise GiveUp
        around = self.source.range(*context) if context else None
        self.diags.error(summary, detail, self.source.range(start, end), context=around,
                         related=related)

    def stop(
        self, summary: str, detail: str, at: int, *, opened: int | None = None,
        what: str = "",
    ) -> Never:
        """Record an error at token *at* and leave the construct.

        A token that is wrong wherever it stands is reported as such instead. *opened* is the offset
        where *what* starts, for errors that are about its end.
        """
        start, end = self.starts[at], self.ends[at]
        kind = self.kinds[at]
        if kind == ATTR:
            end = self.text.index("=", end) + 1
        if kind == BAD:
            summary, detail = self._bad(start, end)
            opened, what = self.tokens.opened.get(at), "string"
        elif kind in (UNCLOSED, EOF) and opened is None:
            opened = self.tokens.opened.get(at)
            what = self.describe(opened) if opened is not None else ""
            if kind == UNCLOSED and opened is not None:
                summary, detail = self._unclosed(opened)
        if kind == UNCLOSED:
            start, end = self._line_item(start)
        related: Related = ()
        if opened is not None and opened != start:
            place = self.source.range(opened, opened + 1)
            related = ((f"The {what or self.describe(opened)} starts here", place),)
        self.fail(summary, detail, start, end, related=related)

    def fail(
        self, summary: str, detail: str, start: int, end: int, *, related: Related = (),
    ) -> Never:
        """Record an error between two offsets and leave the construct.

        Of several in one item, and of several in one line, only the first is recorded: the others
        mostly follow from it.
        """
        first = self.broken == self.mark
        self.broken += 1
        self.fresh = True
        self.lost = False
        self.seen = min(start, self.starts[min(self.i, len(self.starts) - 1)])
        line = bisect_right(self.source.line_starts, start)
        if first and line != self.last_line:
            self.last_line = line
            self.report(summary, detail, start, end, related=related)
        raise SyntaxStop

    def _bad(self, start: int, end: int) -> tuple[str, str]:
        char = self.text[start]
        if char == "/":
            return ("Unclosed comment",
                    'There is no "*/" to end the comment that starts here. Add it, or start '
                    'one-line comments with "#".')
        if char == "\n" or self.text.startswith("\r\n", start):
            return _NEWLINE_IN_STRING
        if char == "\\":
            return ("Invalid escape sequence",
                    "A backslash must be followed by the character that it escapes.")
        if char == "\r":
            return _LONE_RETURN
        if char in _FOREIGN:
            return _FOREIGN[char]
        if not char.isprintable():
            word = f"U+{ord(char):04X}"
        else:
            word = f'"{self.text[start:end]}"'
        return "Invalid character", f"{word} is not part of the language. Remove or quote it."

    def _unclosed(self, opened: int) -> tuple[str, str]:
        return (
            "Unbalanced brackets",
            f"An argument or block seems to start here, but the {self.describe(opened)} on line "
            f"{self.source.pos(opened).line} is still open. Close it first.",
        )

    def describe(self, opened: int) -> str:
        """What starts at offset *opened*, in words."""
        text = self.text
        char = text[opened : opened + 1]
        if char == '"':
            return "string"
        if char == "<":
            return "heredoc"
        if char in "$%":
            return "template sequence"
        return f'bracket "{char}"'

    def _line_item(self, start: int) -> tuple[int, int]:
        """The first word at *start*."""
        end = start
        while end < len(self.text) and not self.text[end].isspace():
            end += 1
        return start, end

    def deeper(self, at: int) -> None:
        """Go one level of nesting down; the caller comes up again."""
        self.depth += 1
        if self.depth > self.max_depth:
            self.depth -= 1
            self.stop_too_deep(self.starts[at], self.ends[at])

    def stop_too_deep(self, start: int, end: int) -> Never:
        """Give up a file that is nested too deep."""
        self.report(
            "Nesting too deep",
            f"More than {self.max_depth} brackets, blocks or template sequences are open around "
            "this place. Split the expression, for example into local values.",
            start, end,
        )
        raise GiveUp

    # --- tokens ----------------------------------------------------------------------------------

    def slice(self, at: int) -> str:
        """The text of token *at*."""
        return self.text[self.starts[at] : self.ends[at]]

    def is_word(self, at: int, word: str) -> bool:
        """Whether token *at* begins with the keyword *word*."""
        kind = self.kinds[at]
        start = self.starts[at]
        if kind == PATH:
            return self.text.startswith(word + ".", start)
        return kind in (ID, ATTR) and self.text[start : self.ends[at]] == word

    def lines_count(self, at: int) -> bool:
        """Whether line ends count around token *at*, as they do in bodies and objects."""
        kinds = self.kinds
        closed = 0
        for i in range(at - 1, -1, -1):
            if kinds[i] in _CLOSING:
                closed += 1
            elif kinds[i] in CLOSERS:
                if not closed:
                    return kinds[i] == "{" and not self.is_word(i + 1, "for")
                closed -= 1
        return self.whole_lines

    def to_equals(self, at: int) -> None:
        """Make token *at*, a name with its equals sign, just the sign: the name has been read."""
        sign = self.text.index("=", self.ends[at])
        self.kinds[at] = "="
        self.starts[at] = sign
        self.ends[at] = sign + 1
