"""Templates: quoted strings with sequences, heredocs, and bare template text."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Final

from vbrprov.diag import did_you_mean
from vbrprov.syntax import ast
from vbrprov.syntax.cursor import SyntaxStop
from vbrprov.syntax.patterns import SPACE
from vbrprov.syntax.pieces import BROKEN, Directive, Piece, PieceParser, Text
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
from vbrprov.values.nfc import nfc

_NOTHING: Final[frozenset[str]] = frozenset()
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_DOUBLED: Final = ("$${", "%%{")
_PLAIN_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_KEYWORDS: Final = ("if", "else", "endif", "for", "endfor")


class TemplateParser(PieceParser):
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
            self.tree(pieces, None)
            raise
        self.depth -= 1
        end = self.ends[self.i]
        self.i += 1
        return self.build(pieces, self.starts[at], end, flush=flush,
                           heredoc=closer == END_HEREDOC)

    def bare_template(self) -> ast.Expr:
        """Parse the whole text as the inside of a template."""
        pieces: list[Piece] = []
        self._pieces(pieces, EOF, -1)
        return self.build(pieces, 0, len(self.text), flush=False, heredoc=False)

    # --- pieces ----------------------------------------------------------------------------------

    def _pieces(self, pieces: list[Piece], closer: str, at: int) -> None:
        """Collect all from behind token *at* up to *closer*, with strip markers applied."""
        kinds, starts, ends, text = self.kinds, self.starts, self.ends, self.text
        strip = False
        mark = self.mark
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
                    if kind == INTERPOLATION:
                        pieces.append(self._interpolation(i, at + 1, closer))
                    else:
                        self._directive(i, pieces)
                except SyntaxStop:
                    self.depth = depth
                    if self.lost or not self.skip(i + 1, END_SEQUENCE, _NOTHING, -1) \
                            or kinds[self.i] != END_SEQUENCE:
                        self.lost = True
                        raise
                    self.mark = self.broken
                self.depth -= 1
                strip = text[starts[self.i]] == "~"
                self.i += 1
            elif kind == closer:
                self.mark = mark
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

    def _directive(self, at: int, pieces: list[Piece]) -> None:
        """Parse ``%{ keyword ... }`` up to its end, which is left as the next token.

        The piece is there as soon as the keyword has been read, so that an error after that does
        not unbalance the directives.
        """
        i = self.i
        keyword = self.slice(i) if self.kinds[i] == ID else ""
        if keyword not in _KEYWORDS:
            pieces.append(Directive(BROKEN, self.starts[at]))
        if not keyword:
            self.stop("Invalid template directive",
                      'A "%{" must be followed by one of the words if, else, endif, for and '
                      'endfor. For a literal "%{", write "%%{".', i)
        if keyword not in _KEYWORDS:
            hint = did_you_mean(keyword, _KEYWORDS)
            self.stop("Invalid template control keyword",
                      f'"{keyword}" is not a template directive. {hint}'.rstrip(), i)
        piece = Directive(keyword, self.starts[at])
        piece.end = self.ends[i]
        pieces.append(piece)
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
        return nfc(raw)

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
                problem = f"There is no character U+{code:04X}. Correct the number."
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
        return nfc(raw)

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
