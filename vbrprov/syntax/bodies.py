"""Bodies: arguments and blocks."""

from __future__ import annotations

from typing import Final, Never

from vbrprov.syntax import ast
from vbrprov.syntax.cursor import Related, SyntaxStop
from vbrprov.syntax.expressions import ExpressionParser
from vbrprov.syntax.tokens import (
    ATTR,
    BAD,
    EOF,
    ID,
    NEWLINE,
    PATH,
    QUOTE,
    STRING,
    UNCLOSED,
)

_REQUIRED: Final = "Argument or block definition required"
_ONE_LINE: Final = "Invalid single-argument block definition"


class BodyParser(ExpressionParser):
    """Parses a whole file."""

    whole_lines = True

    def file(self) -> ast.Body:
        """Parse all tokens as the body of a file."""
        attributes: list[ast.Attribute] = []
        blocks: list[ast.Block] = []
        self._items(attributes, blocks, EOF, -1)
        return ast.Body(0, len(self.text), attributes, blocks)

    def _items(
        self, attributes: list[ast.Attribute], blocks: list[ast.Block], closer: str, outer: int
    ) -> None:
        """Parse items up to the token *closer*, which is left as the next one.

        The line that opens the body is indented by *outer*.
        """
        kinds = self.kinds
        names: dict[str, int] = {}
        depth = self.depth
        while (kind := kinds[self.i]) != closer:
            i = self.i
            self.mark = self.broken
            try:
                if kind in (NEWLINE, UNCLOSED):
                    self.i = i + 1
                elif kind == ATTR or (kind == ID and kinds[i + 1] == "="):
                    start, name_end = self.starts[i], self.ends[i]
                    name = self.text[start:name_end]
                    if names.setdefault(name, start) != start:
                        self._redefined(name, start, names[name])
                    attributes.append(self._attribute(i))
                    self._end_of_argument()
                elif kind == ID:
                    self._block(i, blocks)
                elif kind == EOF:
                    return
                elif kind == "}" and self.broken:
                    # Most likely the end of what was broken, not an error of its own.
                    self.i = i + 1
                else:
                    self._no_item(i)
            except SyntaxStop:
                self.depth = depth
                self.resync(i, closer, depth, outer)

    def _attribute(self, at: int) -> ast.Attribute:
        """Parse the argument whose name is token *at*, without the line end."""
        start, name_end = self.starts[at], self.ends[at]
        self.i = at + 1 if self.kinds[at] == ATTR else at + 2
        expr = self.expr()
        return ast.Attribute(start, expr.end, self.text[start:name_end], name_end, expr)

    def _redefined(self, name: str, again: int, first: int) -> None:
        place = self.source.range(first, first + len(name))
        self.report(
            "Attribute redefined",
            f'The argument "{name}" was already set on line {place.start.line}. Each argument may '
            "be set only once: remove one of the two.",
            again, again + len(name), related=(("First set here", place),),
        )

    def _end_of_argument(self) -> None:
        kind = self.kinds[self.i]
        if kind == NEWLINE:
            self.i += 1
        elif kind == ",":
            self.stop("Unexpected comma after argument",
                      "Arguments are separated by line ends, not commas. Remove the comma.", self.i)
        elif kind != EOF:
            self.stop("Missing newline after argument",
                      "An argument must end with a line end. Put what follows on a new line, or "
                      "correct the expression.", self.i)

    def _no_item(self, at: int) -> Never:
        if self.kinds[at] in (QUOTE, STRING):
            self.stop("Invalid argument name", "Argument names are written without quotes.", at)
        self.stop(_REQUIRED, "An argument or a block is needed here: both start with a name.", at)

    # --- blocks ----------------------------------------------------------------------------------

    def _block(self, at: int, blocks: list[ast.Block]) -> None:
        """Parse the block whose type is token *at*, with the line end after it."""
        starts, ends, kinds = self.starts, self.ends, self.kinds
        labels: list[ast.Label] = []
        i = at + 1
        if kinds[i] not in (ID, STRING, QUOTE, "{", ATTR):
            self.stop(_REQUIRED,
                      'An argument or a block is needed here. Write "name = value" for an argument '
                      'or "type { ... }" for a block.', at if kinds[i] != BAD else i)
        while (kind := kinds[i]) != "{":
            if kind == STRING:
                labels.append(ast.Label(starts[i], ends[i], self.text[starts[i] + 1 : ends[i] - 1]))
                i += 1
            elif kind == ID:
                labels.append(ast.Label(starts[i], ends[i], self.slice(i)))
                i += 1
            elif kind == QUOTE:
                text = self.string_label(i)
                labels.append(ast.Label(starts[i], ends[self.i - 1], text))
                i = self.i
            else:
                self._bad_header(i)
        header_end = ends[i - 1]
        self.i = i + 1
        self.deeper(i)
        attributes: list[ast.Attribute] = []
        inner: list[ast.Block] = []
        mark = self.mark
        if kinds[i + 1] in (NEWLINE, EOF, "}"):
            self._items(attributes, inner, "}", self.indent(starts[at]))
            self.mark = mark
            if kinds[self.i] == EOF:
                self._unclosed_block(i, inner)
        else:
            self._single(i, attributes)
        self.depth -= 1
        end = ends[self.i]
        self.i += 1
        body = ast.Body(starts[i], end, attributes, inner)
        blocks.append(ast.Block(starts[at], end, self.text[starts[at] : ends[at]], ends[at], labels,
                                header_end, body))
        after = kinds[self.i]
        if after == NEWLINE:
            self.i += 1
        elif after != EOF:
            self.stop("Missing newline after block definition",
                      "A block must be followed by a line end.", self.i)

    def _bad_header(self, at: int) -> Never:
        kind = self.kinds[at]
        if kind in ("=", ATTR):
            detail = "A block has no equals sign. Remove it, or remove the labels for an argument."
        elif kind == NEWLINE:
            detail = 'The opening brace "{" of a block must stand on the same line as its type.'
        else:
            detail = 'A label in quotes or the opening brace "{" of the block is needed here.'
        self.stop("Invalid block definition", detail, at)

    def _unclosed_block(self, brace: int, inner: list[ast.Block]) -> Never:
        """The file ends inside a block. An error inside it is the likelier cause, and enough."""
        start = self.starts[brace]
        related: Related = ()
        for block in inner:
            if self.indent(block.start) <= self.indent(start):
                place = self.source.range(block.start, block.header_end)
                related = (("This block is inside it, but not indented", place),)
                break
        self.fail(
            "Unclosed configuration block",
            "There is no closing brace for this block before the end of the file. A brace further "
            "down may belong to another block than meant.",
            start, start + 1, related=related,
        )

    def _single(self, brace: int, attributes: list[ast.Attribute]) -> None:
        """Parse the one argument of a block on one line, up to the closing brace."""
        kinds = self.kinds
        i = self.i
        if kinds[i] == ATTR or (kinds[i] == ID and kinds[i + 1] == "="):
            attributes.append(self._attribute(i))
        elif kinds[i] == ID and kinds[i + 1] in (ID, STRING, QUOTE, "{", ATTR):
            self.stop("Argument definition required",
                      "A block on one line can hold only one argument. Put a nested block on a "
                      "line of its own.", i)
        elif kinds[i] in (ID, PATH):
            self.stop(_REQUIRED, 'An argument is needed here, written as "name = value".', i)
        else:
            self.stop(_REQUIRED, "An argument is needed here: it starts with a name.", i)
        kind = kinds[self.i]
        if kind == "}":
            return
        if kind == EOF:
            self._unclosed_block(brace, [])
        if kind == ",":
            detail = ("A block on one line can hold only one argument. Put each argument on a line "
                      "of its own.")
        elif kind == NEWLINE:
            detail = ("A block with an argument on its first line must also end on that line. Add "
                      "the closing brace, or start a new line after the opening one.")
        else:
            detail = "A block on one line must end with its brace right after its one argument."
        self.stop(_ONE_LINE, detail, self.i)
