"""The canonical layout of source text: indentation, blanks between tokens, alignment.

This looks at tokens and lines only, not at the grammar, and changes nothing but blanks. The rules
are those of ``terraform fmt``, so that files of both programs look alike.
"""

from __future__ import annotations

import re
from typing import Final

from vbrprov.syntax.columns import columns
from vbrprov.syntax.patterns import LINE_TEXT, NAME, QUOTED, SPACE

_TOKEN: Final = re.compile(
    rf"""[ \t]*+(?:
      ({NAME})                                                # 1 name
    | ("[^"\\$%\r\n]*+(?:[$%](?!\{{)[^"\\$%\r\n]*+)*+")       # 2 plain string
    | ([0-9](?:\.*+(?:[0-9]++|[eE][-+]?[0-9]))*+)              # 3 number
    | (\r?\n)                                                 # 4 line end
    | ((?:\#|//)[^\n]*\n?)                                    # 5 comment, with the line end
    | (/\*(?s:.*?)\*/)                                        # 6 block comment
    | (<<-?{NAME}\r?\n)                                       # 7 start of a heredoc
    | (")                                                     # 8 start of a template
    | ([({{\[])                                               # 9 opening bracket
    | ([)\]}}]|~\}})                                          # 10 closing bracket
    | (\.\.\.|=>|==|!=|<=|>=|&&|\|\||::|.)                    # 11 operator
    | \Z()                                                   # 12 the end
    )""",
    re.VERBOSE,
)
# The most frequent lines, which need no look at their tokens: an argument with a plain value, and
# the first line of a block.
_EASY_LINE: Final = re.compile(
    rf"""[ \t]*+(?:
      ({NAME})[ \t]*+=[ \t]*+                                                    # 1 argument
      ((?:{NAME}(?:\.{NAME}|\[[0-9]+\])*|[0-9]+|"(?:[^"\\$%\r\n]++|\$\{{{NAME}(?:\.{NAME})*\}})*+")
        [ \t]*+\r?\n)                                                            # 2 its value
    | ({NAME}(?:[ ]"[^"\\$%\r\n]*")*[ ]\{{\r?\n)                                # 3 block
    )""",
    re.VERBOSE,
)
# A line whose tokens say nothing about the lines around it.
_PLAIN_LINE: Final = re.compile(
    r"""[ \t]*+([^"\#/<\r\n]*+(?:"[^"\\$%\r\n]*+"[^"\#/<\r\n]*+)*+)
    ((?:\#|//)[^\n]*+\n?|\r?\n|\Z)""",
    re.VERBOSE,
)

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


class _Line:
    """One line in cells: what leads, what is assigned, and the comment at its end."""

    __slots__ = ("assigned", "comment", "indent", "lead", "net")

    def __init__(self, lead: str, assigned: str | None, comment: str | None, net: int) -> None:
        self.lead = lead
        self.assigned = assigned
        self.comment = comment
        self.net = net
        self.indent = 0


def lay_out(text: str) -> str:
    """*text*, a configuration file without errors, in the canonical layout."""
    lines = _Reader(text).lines()
    _indent(lines)
    made = _write(lines)
    blanks = len(text) - len(text.rstrip(" \t"))
    # What stands between the last token and the end of the file stays, as in Terraform; a comment
    # has its blanks already.
    return made if made.endswith((" ", "\t")) else made + " " * blanks


def read_tokens(text: str) -> list[Token]:
    """All tokens of *text*, over as many lines as it has."""
    reader = _Reader(text)
    tokens: list[Token] = []
    while reader.pos < len(text):
        reader.read_line()
        tokens += reader.tokens
    return tokens


class _Reader:
    """Reads text line by line. A line ends at a line end outside of literal text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        # What is open: a quote, a heredoc (with its marker), or a sequence; and braces in those.
        self.stack: list[tuple[str, str]] = []
        self.tokens: list[Token] = []
        self.line_start = False

    def lines(self) -> list[_Line]:
        """All lines of the text."""
        text = self.text
        known: dict[str, _Line] = {}
        lines: list[_Line] = []
        size = len(text)
        while self.pos < size:
            if not self.stack and (m := _EASY_LINE.match(text, self.pos)):
                self.pos = m.end()
                if m.lastindex == 3:
                    lines.append(_Line(m.group(3), None, None, 1))
                else:
                    value = m.group(2)
                    end = "\r\n" if value.endswith("\r\n") else "\n"
                    lines.append(_Line(m.group(1), f"= {value.rstrip()}{end}", None, 0))
                continue
            m = None if self.stack else _PLAIN_LINE.match(text, self.pos)
            if m is None:
                self.read_line()
                lines.append(self._line())
                continue
            # Whether a line has been seen before is decided without its indentation.
            key = text[m.start(1) : m.end()]
            line = known.get(key)
            if line is None:
                self.read_line()
                line = known[key] = self._line()
            self.pos = m.end()
            lines.append(_Line(line.lead, line.assigned, line.comment, line.net))
        return lines

    # --- tokens ----------------------------------------------------------------------------------

    def read_line(self) -> None:
        """Read the tokens of one line."""
        self.tokens = []
        size = len(self.text)
        while self.pos < size:
            kind = self.stack[-1][0] if self.stack else ""
            if kind == QUOTE:
                self._read_quoted()
            elif kind == HEREDOC:
                self._read_heredoc()
            elif self._read_code():
                return

    def _read_code(self) -> bool:
        """Read up to a line end (then true) or to where literal text starts or goes on."""
        text, stack = self.text, self.stack
        add = self.tokens.append
        for m in _TOKEN.finditer(text, self.pos):
            group = m.lastindex or 0
            word = m.group(group)
            self.pos = m.end()
            if group == 1:
                add(Token(word, WORD, "in" if word == "in" else WORD))
            elif group == 2:
                add(Token(word, QUOTE, END_QUOTE))
            elif group == 3:
                add(Token(word, NUMBER, NUMBER))
            elif group == 4:
                add(Token(word, END, END))
                return True
            elif group in (5, 6):
                add(Token(word, COMMENT, COMMENT))
                if word.endswith("\n"):
                    return True
            elif group == 7:
                add(Token(word, HEREDOC, HEREDOC))
                stack.append((HEREDOC, word.lstrip("<-").rstrip()))
                self.line_start = True
                return False
            elif group == 8:
                add(Token(word, QUOTE, QUOTE))
                stack.append((QUOTE, ""))
                return False
            elif group == 9:
                add(Token(word, word, word))
                if word == "{" and stack:
                    stack.append(("{", ""))
            elif group == 10:
                if "}" in word and stack and stack.pop()[0] == SEQUENCE:
                    add(Token(word, END_SEQUENCE, END_SEQUENCE))
                    return False
                add(Token(word, word, word))
            elif group == 11:
                add(Token(word, word, word))
        self.pos = len(text)
        return True

    def _read_quoted(self) -> None:
        m = QUOTED.match(self.text, self.pos)
        if m is None:
            self.pos = len(self.text)
            return
        self.pos = m.end()
        self._add_text(m, END_QUOTE if m.lastindex == 4 else TEXT)

    def _read_heredoc(self) -> None:
        m = LINE_TEXT.match(self.text, self.pos)
        if m is None:
            self.pos = len(self.text)
            return
        word = m.group()
        if m.lastindex == 1 and self.line_start and word.strip(SPACE) == self.stack[-1][1]:
            marker = word.rstrip("\r\n")
            self.pos += len(marker)
            self.tokens.append(Token(marker, END_HEREDOC, END_HEREDOC))
            self.stack.pop()
            self.line_start = False
            return
        self.line_start = m.lastindex == 1
        self.pos = m.end()
        self._add_text(m, TEXT)

    def _add_text(self, m: re.Match[str], kind: str) -> None:
        word = m.group()
        if m.lastindex == 3:
            kind = SEQUENCE
            self.stack.append((SEQUENCE, ""))
        elif kind == END_QUOTE:
            self.stack.pop()
        self.tokens.append(Token(word, kind, kind))

    # --- cells -----------------------------------------------------------------------------------

    def _line(self) -> _Line:
        """The cells of the tokens read."""
        tokens = self.tokens
        comment = None
        if len(tokens) > 1 and tokens[-1].left == COMMENT:
            comment = tokens[-1].text
            tokens = tokens[:-1]
        split = _assignment(tokens)
        lead = tokens[:split] if split else tokens
        assigned = tokens[split:] if split else []
        net = 0
        for token in lead:
            net += _change(token)
            if token.left == HEREDOC:
                break
        net += sum(map(_change, assigned))
        return _Line(_join(lead), _join(assigned) if split else None, comment, net)


def _change(token: Token) -> int:
    """By how many brackets *token* nests deeper."""
    return (token.right in OPENING) - (token.left in CLOSING)


def _assignment(tokens: list[Token]) -> int:
    """The index of the equals sign, if a whole expression follows it, else 0."""
    for i, token in enumerate(tokens):
        if i and token.left == "=":
            return i if sum(map(_change, tokens[i:])) == 0 else 0
    return 0


def _join(tokens: list[Token]) -> str:
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


def _indent(lines: list[_Line]) -> None:
    """Give each line its indentation: one step for each line that leaves brackets open."""
    steps: list[int] = []
    for line in lines:
        if line.lead in ("\n", "\r\n"):
            continue
        net = line.net
        if net < 0:
            closed = -net
            while closed > 0 and steps:
                if closed >= steps[-1]:
                    closed -= steps.pop()
                else:
                    steps[-1] -= closed
                    closed = 0
        line.indent = 2 * len(steps)
        if net > 0:
            steps.append(net)


def _write(lines: list[_Line]) -> str:
    """The text of *lines*, with equals signs and comments of adjacent lines aligned."""
    out: list[str] = []
    size = len(lines)
    start = 0
    while start < size:
        end = start + 1
        line = lines[start]
        if line.assigned is None and line.comment is None:
            out.append(" " * line.indent + line.lead)
            start = end
            continue
        while end < size and (lines[end].assigned is not None or lines[end].comment is not None):
            end += 1
        _write_aligned(lines[start:end], out)
        start = end
    return "".join(out)


def _write_aligned(lines: list[_Line], out: list[str]) -> None:
    """Write adjacent lines of which each has something to align."""
    texts = [" " * line.indent + line.lead for line in lines]
    widths = [columns(text) for text in texts]
    for first, last in _runs([line.assigned is not None for line in lines]):
        most = max(widths[first:last])
        for i in range(first, last):
            assigned = lines[i].assigned or ""
            blanks = most - widths[i] + 1
            texts[i] += " " * blanks + assigned
            widths[i] += blanks + columns(assigned)
    for first, last in _runs([line.comment is not None for line in lines]):
        most = max(widths[first:last])
        for i in range(first, last):
            texts[i] += " " * (most - widths[i] + 1) + (lines[i].comment or "")
    out.extend(texts)


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    """Start and end of each run of true *flags*."""
    runs: list[tuple[int, int]] = []
    start = -1
    for i, flag in enumerate([*flags, False]):
        if flag and start < 0:
            start = i
        elif not flag and start >= 0:
            runs.append((start, i))
            start = -1
    return runs
