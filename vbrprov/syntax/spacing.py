"""Tokens as the formatter sees them, and which of them stand apart."""

from __future__ import annotations

from typing import Final

# Kinds of tokens. Operators and brackets are their own kind.
WORD: Final = "name"
NUMBER: Final = "number"
END: Final = "end"
COMMENT: Final = "comment"
QUOTE: Final = '"'
END_QUOTE: Final = '""'
TEXT: Final = "text"
HEREDOC: Final = "<<"
END_HEREDOC: Final = "<<."
SEQUENCE: Final = "${"
END_SEQUENCE: Final = "}$"

OPENING: Final = frozenset({"(", "[", "{", SEQUENCE})
CLOSING: Final = frozenset({")", "]", "}", END_SEQUENCE})
#: A minus behind one of these is a sign, not an operator.
BEFORE_SIGN: Final = frozenset({
    "", "(", "{", "[", "=", ":", ",", "?", "+", "*", "/", "%", "-", "==", "!=", ">", ">=", "<",
    "<=", "&&", "||", "!",
})


class Token:
    """A token: its text, and its kind as its neighbours on the left and on the right see it."""

    __slots__ = ("left", "right", "text")

    def __init__(self, text: str, left: str, right: str) -> None:
        self.text = text
        self.left = left
        self.right = right


def change(token: Token) -> int:
    """By how many brackets *token* nests deeper."""
    return (token.right in OPENING) - (token.left in CLOSING)


def assignment(tokens: list[Token]) -> int:
    """The index of the equals sign, if a whole expression follows it, else 0."""
    for i, token in enumerate(tokens):
        if i and token.left == "=":
            return i if sum(map(change, tokens[i:])) == 0 else 0
    return 0


def join(tokens: list[Token]) -> str:
    """The text of *tokens* with the right blanks between them."""
    out: list[str] = []
    before = ""
    last: Token | None = None
    for token in tokens:
        if last is not None:
            if _apart(before, last, token):
                out.append(" ")
            before = last.right
        out.append(token.text)
        last = token
    return "".join(out)


def _apart(before: str, subject: Token, after: Token) -> bool:
    """Whether a blank belongs between *subject* and *after*; *before* is what precedes both."""
    left, right = subject.right, after.left
    if right == END or (right == "(" and left in (WORD, "in")):
        return False
    if left == "." and before == right == NUMBER:
        # Only the blank tells an index of a number, senseless as it is, from a longer number.
        return True
    if left in (".", "::") or right in (".", "::", ",", "..."):
        return False
    if left == ",":
        return True
    if left in (TEXT, QUOTE, HEREDOC) or right in (TEXT, END_QUOTE, END_HEREDOC):
        return False
    if left == "in" and before in (WORD, "in"):
        return True
    if right == "[" and (left in (WORD, "in", NUMBER) or left in CLOSING):
        return False
    if left == "-":
        return before not in BEFORE_SIGN
    if left == "!":
        return False
    if left == "{" or right == "}":
        return not (left == "{" and right == "}")
    if left == SEQUENCE and right == "{":
        return True
    if left == "}" and right == END_SEQUENCE:
        return True
    if left == END_SEQUENCE and right == SEQUENCE:
        return False
    return left not in OPENING and right not in CLOSING
