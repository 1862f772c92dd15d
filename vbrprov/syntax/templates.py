"""Templates: quoted strings with sequences, heredocs, and bare template text."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Final, Never
from unicodedata import normalize

from vbrprov.diag import did_you_mean
from vbrprov.syntax import ast
from vbrprov.syntax.cursor import Cursor, Related, SyntaxStop
from vbrprov.syntax.scanner import SPACE
from vbrprov.syntax.tokens import (
    DIRECTIVE,
    END_HEREDOC,
    END_QUOTE,
    END_SEQUENCE,
    EOF,
    ID,
    INTERPOLATION,
    QUOTE,
    STRING,
    TEXT,
)

_NOTHING: Final[frozenset[str]] = frozenset()
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_DOUBLED: Final = ("$${", "%%{")
_PLAIN_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
#: The keyword of a directive that could not be read: nothing can be said about nesting after it.
_BROKEN: Final = ""
_KEYWORDS: Final = ("if", "else", "endif", "for", "endfor")


class Text:
    """A stretch of literal text while strip markers and indentation may still shorten it."""

    __slots__ = ("end", "start", "value")

    def __init__(self, start: int, end: int, value: str) -> None:
        self.start = start
        self.end = end
        self.value = value


class Directive:
    """A ``%{ ... }`` that waits for its end, or is one."""

    __slots__ = ("end", "expr", "key", "keyword", "start", "value")

    def __init__(self, keyword: str, start: int) -> None:
        self.keyword = keyword
        self.start = start
        self.end = start
        self.key: str | None = None
        self.value = ""
        self.expr: ast.Expr | None = None


Piece = Text | Directive | ast.Expr


class TemplateParser(Cursor):
    """Parses templates; expressions inside them come from the subclass."""

    @abstractmethod
    def expr(self) -> ast.Expr:
        """Parse one expression."""

    def quoted(self, at: int) -> ast.Expr:
        """Parse the quoted template whose opening quote is token *at*."""
        return self._template(at, END_QUOTE, flush=False)

    def heredoc(self, at: int) -> ast.Expr:
        """Parse the heredoc whose introduction is token *at*."""
        flush = self.text.startswith("<<-", self.starts[at])
        return self._template(at, END_HEREDOC, flush=flush)

    def _template(self, at: int, closer: str, *, flush: bool) -> ast.Expr:
        self.i = at + 1
        self.deeper(at)
        pieces: list[Piece] = []
        try:
            self._pieces(pieces, closer, at)
        except SyntaxStop:
            self._tree(pieces, None)
            raise
        self.depth -= 1
        end = self.ends[self.i]
        self.i += 1
        return self._build(pieces, self.starts[at], end, flush=flush,
                           heredoc=closer == END_HEREDOC)

    def bare_template(self) -> ast.Expr:
        """Parse the whole text as the inside of a template."""
        pieces: list[Piece] = []
        self._pieces(pieces, EOF, -1)
        return self._build(pieces, 0, len(self.text), flush=False, heredoc=False)

    # --- pieces ----------------------------------------------------------------------------------

    def _pieces(self, pieces: list[Piece], closer: str, at: int) -> None:
        """Collect all from behind token *at* up to *closer*, with strip markers applied."""
        kinds, starts, ends, text = self.kinds, self.starts, self.ends, self.text
        strip = False
        while True:
            i = self.i
            kind = kinds[i]
            if kind == TEXT:
                value = self._decode(i) if closer == END_QUOTE else self._unescape(i)
                if strip:
                    value = value.lstrip(SPACE)
                    strip = False
                pieces.append(Text(starts[i], ends[i], value))
                self.i = i + 1
            elif kind in (INTERPOLATION, DIRECTIVE):
                if ends[i] - starts[i] == 3 and pieces:
                    last = pieces[-1]
                    if isinstance(last, Text):
                        last.value = last.value.rstrip(SPACE)
                self.i = i + 1
                self.deeper(i)
                depth = self.depth
                try:
                    pieces.append(
                        self._interpolation(i, at + 1, closer) if kind == INTERPOLATION
                        else self._directive(i)
                    )
                except SyntaxStop:
                    self.depth = depth
                    self.skip(END_SEQUENCE, _NOTHING)
                    if kinds[self.i] != END_SEQUENCE:
                        raise
                    pieces.append(
                        ast.Literal(starts[i], ends[self.i], None) if kind == INTERPOLATION
                        else Directive(_BROKEN, starts[i])
                    )
                self.depth -= 1
                strip = text[starts[self.i]] == "~"
                self.i += 1
            elif kind == closer:
                return
            else:
                self.stop(
                    "Unterminated template string",
                    "The text ends before the closing "
                    + ("marker of the heredoc. Put the marker on a line of its own, with a line "
                       "end after it." if closer == END_HEREDOC else "quote of the string."),
                    i, opened=starts[at],
                )

    def _interpolation(self, at: int, first: int, closer: str) -> ast.Expr:
        """Parse ``${ expr }`` up to its end, which is left as the next token.

        *first* is the first token of the template, which *closer* ends.
        """
        expr = self.expr()
        i = self.i
        kind = self.kinds[i]
        if kind != END_SEQUENCE:
            if kind == EOF or (kind in (QUOTE, STRING) and closer == END_QUOTE):
                place = self.source.range(self.starts[at], self.ends[at])
                self.fail(
                    "Unclosed template interpolation sequence",
                    'There is no "}" for the "${" of this template before the end of the '
                    + ("file." if kind == EOF else "string."),
                    self.starts[first], self.ends[first],
                    related=(("The interpolation starts here", place),),
                )
            self.stop(
                "Extra characters after interpolation expression",
                'A "}" is needed here to end the sequence that starts with "${". If the text is '
                'meant for another program, write "$${" to get a literal "${".',
                i, opened=self.starts[at], what="interpolation",
            )
        return expr

    def _directive(self, at: int) -> Directive:
        """Parse ``%{ keyword ... }`` up to its end, which is left as the next token."""
        i = self.i
        if self.kinds[i] != ID:
            self.stop("Invalid template directive",
                      'A "%{" must be followed by one of the words if, else, endif, for and '
                      'endfor. For a literal "%{", write "%%{".', i)
        keyword = self.slice(i)
        if keyword not in _KEYWORDS:
            hint = did_you_mean(keyword, _KEYWORDS)
            self.stop("Invalid template control keyword",
                      f'"{keyword}" is not a template directive. {hint}'.rstrip(), i)
        piece = Directive(keyword, self.starts[at])
        self.i = i + 1
        if keyword == "if":
            piece.expr = self.expr()
        elif keyword == "for":
            self._for_names(piece)
            piece.expr = self.expr()
        if self.kinds[self.i] != END_SEQUENCE:
            self.stop(f"Extra characters in {keyword} marker",
                      f'A "}}" is needed here to end the {keyword} directive.', self.i,
                      opened=self.starts[at], what="directive")
        piece.end = self.ends[self.i]
        return piece

    def _for_names(self, piece: Directive) -> None:
        """Parse ``key, value in`` of a directive."""
        summary = "Invalid 'for' directive"
        if self.kinds[self.i] != ID:
            self.stop(summary, 'The word "for" must be followed by a variable name.', self.i)
        piece.value = self.slice(self.i)
        self.i += 1
        if self.kinds[self.i] == ",":
            piece.key = piece.value
            self.i += 1
            if self.kinds[self.i] != ID:
                self.stop(summary, "The comma must be followed by a variable name.", self.i)
            piece.value = self.slice(self.i)
            self.i += 1
        if not self.is_word(self.i, "in"):
            self.stop(summary, 'The variable names must be followed by the word "in".', self.i)
        self.i += 1

    # --- text ------------------------------------------------------------------------------------

    def _decode(self, at: int) -> str:
        """The value of a text token of a quoted string."""
        raw = self.text[self.starts[at] : self.ends[at]]
        if "\\" in raw:
            raw = self._decode_escapes(raw, self.starts[at])
        elif raw in _DOUBLED:
            return raw[1:]
        return raw if raw.isascii() else normalize("NFC", raw)

    def _decode_escapes(self, raw: str, start: int) -> str:
        def replace(m: re.Match[str]) -> str:
            escape = m.group(1)
            plain = _PLAIN_ESCAPES.get(escape)
            if plain is not None:
                return plain
            if len(escape) > 1:
                code = int(escape[1:], 16)
                if code < 0xD800 or 0xDFFF < code < 0x110000:
                    return chr(code)
                problem = f"There is no character U+{code:04X}."
            elif escape in "uU":
                digits = "four" if escape == "u" else "eight"
                problem = f"\\{escape} must be followed by {digits} hexadecimal digits."
            else:
                problem = (f'"\\{escape}" is not an escape sequence. Known are \\n, \\r, \\t, '
                           '\\", \\\\, \\uNNNN and \\UNNNNNNNN; for a backslash, write two.')
            self.report("Invalid escape sequence", problem, start + m.start(), start + m.end())
            return escape

        return _ESCAPE.sub(replace, raw)

    def _unescape(self, at: int) -> str:
        """The value of a text token outside quotes, where only the doubled signs are special."""
        raw = self.text[self.starts[at] : self.ends[at]]
        if raw in _DOUBLED:
            return raw[1:]
        return raw if raw.isascii() else normalize("NFC", raw)

    def string_label(self, at: int) -> str:
        """Parse the quoted string that starts at token *at* and may hold no sequences."""
        self.i = i = at + 1
        parts: list[str] = []
        while (kind := self.kinds[i]) != END_QUOTE:
            if kind in (INTERPOLATION, DIRECTIVE):
                sign = kind[0]
                self.stop("Invalid string literal",
                          f'Template sequences are not allowed here. For a literal "{sign}{{", '
                          f'write "{sign}{sign}{{".', i)
            if kind != TEXT:
                self.stop("Unterminated string literal",
                          "The text ends before the closing quote of the string.", i,
                          opened=self.starts[at])
            parts.append(self._decode(i))
            i += 1
        self.i = i + 1
        return "".join(parts)

    # --- tree ------------------------------------------------------------------------------------

    def _build(
        self, pieces: list[Piece], start: int, end: int, *, flush: bool, heredoc: bool
    ) -> ast.Expr:
        """The expression that *pieces* make."""
        if flush:
            _flush(pieces)
        if not pieces:
            return ast.Literal(start, end, "")
        if len(pieces) == 1 and not isinstance(pieces[0], Text | Directive):
            return ast.TemplateWrap(start, end, pieces[0])
        parts = self._tree(pieces, end)
        if len(parts) == 1 and isinstance(parts[0], ast.Literal):
            value = parts[0].value
            return ast.Literal(start, end, value if isinstance(value, str) else "")
        return ast.Template(start, end, parts, heredoc)

    def _tree(self, pieces: list[Piece], end: int | None) -> list[ast.Part]:
        """Nest what stands between directives; adjacent text becomes one literal.

        *end* is where the template ends; without one, open directives are no error.
        """
        parts: list[ast.Part] = []
        # For each open directive: itself, the parts around it, and those before its "else".
        open_: list[tuple[Directive, list[ast.Part], list[ast.Part] | None]] = []
        texts: list[Text] = []
        for piece in pieces:
            if isinstance(piece, Text):
                texts.append(piece)
                continue
            if texts:
                parts.append(_join(texts))
                texts = []
            if not isinstance(piece, Directive):
                parts.append(piece)
            elif piece.keyword == _BROKEN:
                return parts
            elif piece.keyword in ("if", "for"):
                if self.depth + len(open_) >= self.max_depth:
                    self.stop_too_deep(piece.start, piece.end)
                open_.append((piece, parts, None))
                parts = []
            elif piece.keyword == "else" and open_ and open_[-1][0].keyword == "if" \
                    and open_[-1][2] is None:
                opener, outer, _ = open_[-1]
                open_[-1] = (opener, outer, parts)
                parts = []
            elif open_ and piece.keyword == "end" + open_[-1][0].keyword:
                opener, outer, yes = open_.pop()
                outer.append(_close(opener, piece.end, parts, yes))
                parts = outer
            else:
                self._unbalanced(piece, open_[-1][0] if open_ else None)
        if texts:
            parts.append(_join(texts))
        if open_ and end is not None:
            opener = open_[-1][0]
            opened = self.source.range(opener.start, opener.end)
            self.fail(
                "Unexpected end of template",
                f"The {opener.keyword} directive on line {opened.start.line} has no end. Add "
                f'"%{{ end{opener.keyword} }}".', max(end - 1, 0), end,
                related=((f"The {opener.keyword} directive", opened),), lost=False,
            )
        return parts

    def _unbalanced(self, piece: Directive, opener: Directive | None) -> Never:
        """Report a directive that ends nothing, or the wrong thing."""
        if opener is None:
            detail = "There is no directive before it that it could belong to."
        elif piece.keyword == "else" and opener.keyword == "if":
            detail = "The if directive has an else already."
        else:
            detail = f'The {opener.keyword} directive before it ends with "end{opener.keyword}".'
        related: Related = ()
        if opener is not None:
            place = self.source.range(opener.start, opener.end)
            related = ((f"The {opener.keyword} directive", place),)
        self.fail(f"Unexpected {piece.keyword} directive", detail, piece.start, piece.end,
                  related=related, lost=False)


def _join(texts: list[Text]) -> ast.Literal:
    """One literal for adjacent stretches of text."""
    first = texts[0]
    if len(texts) == 1:
        return ast.Literal(first.start, first.end, first.value)
    return ast.Literal(first.start, texts[-1].end, "".join(text.value for text in texts))


def _close(
    opener: Directive, end: int, parts: list[ast.Part], yes: list[ast.Part] | None
) -> ast.TemplateIf | ast.TemplateFor:
    """The finished part of a directive that ends at offset *end*."""
    expr = opener.expr or ast.Literal(opener.start, opener.end, None)
    if opener.keyword == "for":
        return ast.TemplateFor(opener.start, end, opener.key, opener.value, expr, parts)
    if yes is None:
        return ast.TemplateIf(opener.start, end, expr, parts, [])
    return ast.TemplateIf(opener.start, end, expr, yes, parts)


def _flush(pieces: list[Piece]) -> None:
    """Remove the common indentation of a ``<<-`` heredoc.

    What starts a line is judged by the text left after the strip markers, so a marker that took a
    line end away also hides the indentation behind it, as in Terraform.
    """
    smallest = -1
    indented: list[Text] = []
    line_start = True
    for piece in pieces:
        if line_start:
            spaces = 0
            if isinstance(piece, Text):
                spaces = len(piece.value) - len(piece.value.lstrip(SPACE))
                if spaces == len(piece.value) and piece.value.endswith("\n"):
                    spaces = -1
                else:
                    indented.append(piece)
            if spaces >= 0 and (smallest < 0 or spaces < smallest):
                smallest = spaces
        line_start = isinstance(piece, Text) and piece.value.endswith("\n")
    for piece in indented:
        piece.value = piece.value[smallest:]
        piece.start += smallest
