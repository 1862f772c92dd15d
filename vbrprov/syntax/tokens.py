"""What the scanner hands to the parser: three parallel lists, one entry per token.

The kind of an operator, comma or bracket is its own text. A kind that stands for a stretch of text
spans that text from ``starts[i]`` to ``ends[i]``.
"""

from __future__ import annotations

from typing import Final

ID: Final = "id"
ATTR: Final = "attr"
"""A name with the ``=`` behind it; ``ends`` is the end of the name."""
PATH: Final = "path"
"""Names joined by dots, without blanks."""
STRING: Final = "string"
"""A whole quoted string without escapes and template sequences, quotes included."""
NUMBER: Final = "number"
NEWLINE: Final = "newline"
"""One or more line ends, with the comments between them; only where line ends count."""
EOF: Final = "eof"
QUOTE: Final = "quote"
END_QUOTE: Final = "end quote"
HEREDOC: Final = "heredoc"
END_HEREDOC: Final = "end heredoc"
TEXT: Final = "text"
"""Literal text of a template: at most one line of a heredoc. Strip markers work on one of these."""
INTERPOLATION: Final = "${"
DIRECTIVE: Final = "%{"
END_SEQUENCE: Final = "end sequence"
BAD: Final = "bad"
"""Text that is no token of the language."""
UNCLOSED: Final = "unclosed"
"""An empty token where a new argument or block starts although a bracket is still open."""

#: What closes each kind that opens something.
CLOSERS: Final = {
    "(": ")", "[": "]", "{": "}", QUOTE: END_QUOTE, HEREDOC: END_HEREDOC,
    INTERPOLATION: END_SEQUENCE, DIRECTIVE: END_SEQUENCE,
}


class Tokens:
    """The tokens of one text.

    ``opened`` gives, for a token that reports something unclosed, the offset of what was opened.
    """

    __slots__ = ("ends", "kinds", "opened", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.opened: dict[int, int] = {}

    def add(self, kind: str, start: int, end: int) -> None:
        """Append one token."""
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)
