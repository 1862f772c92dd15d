"""Template pieces to a tree: indentation, directives and their ends."""

from __future__ import annotations

from typing import Final

from vbrprov.syntax import ast
from vbrprov.syntax.cursor import Related
from vbrprov.syntax.patterns import SPACE
from vbrprov.syntax.recovery import RecoveringCursor

#: The keyword of a directive that could not be read: nothing can be said about nesting after it.
BROKEN: Final = ""


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


class PieceParser(RecoveringCursor):
    """Builds what the pieces of a template mean."""

    def build(
        self, pieces: list[Piece], start: int, end: int, *, flush: bool, heredoc: bool
    ) -> ast.Expr:
        """The expression that *pieces* make."""
        if flush:
            _flush(pieces)
        if not pieces:
            return ast.Literal(start, end, "")
        if len(pieces) == 1 and not isinstance(pieces[0], Text | Directive):
            return ast.TemplateWrap(start, end, pieces[0])
        parts = self.tree(pieces, end)
        if len(parts) == 1 and isinstance(parts[0], ast.Literal):
            value = parts[0].value
            return ast.Literal(start, end, value if isinstance(value, str) else "")
        return ast.Template(start, end, parts, heredoc)

    def tree(self, pieces: list[Piece], end: int | None) -> list[ast.Part]:
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
            elif piece.keyword == BROKEN:
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
                return parts
        if texts:
            parts.append(_join(texts))
        if open_ and end is not None:
            opener = open_[-1][0]
            opened = self.source.range(opener.start, opener.end)
            self.report(
                "Unexpected end of template",
                f"The {opener.keyword} directive on line {opened.start.line} has no end. Add "
                f'"%{{ end{opener.keyword} }}".', max(end - 1, 0), end,
                related=((f"The {opener.keyword} directive", opened),),
            )
        return parts

    def _unbalanced(self, piece: Directive, opener: Directive | None) -> None:
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
        self.report(f"Unexpected {piece.keyword} directive", detail, piece.start, piece.end,
                    related=related)


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
