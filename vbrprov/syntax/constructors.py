"""Collections: lists, objects, and the ``for`` expressions that make them."""

from __future__ import annotations

from typing import Final, Never

from vbrprov.syntax import ast
from vbrprov.syntax.cursor import SyntaxStop
from vbrprov.syntax.terms import TermParser
from vbrprov.syntax.tokens import ATTR, EOF, ID, NEWLINE, NUMBER, PATH, QUOTE, STRING, UNCLOSED
from vbrprov.values.nfc import nfc

_COMMA: Final = frozenset({","})
_ITEM_ENDS: Final = frozenset({",", NEWLINE})
_FOR: Final = "Invalid 'for' expression"


class CollectionParser(TermParser):
    """Parses what stands in square brackets or braces."""

    def tuple(self, at: int) -> ast.Expr:
        kinds = self.kinds
        self.deeper(at)
        self.i = at + 1
        if self.is_word(at + 1, "for"):
            return self._for(at, "]")
        items: list[ast.Expr] = []
        mark = self.mark
        depth = self.depth
        while kinds[i := self.i] != "]":
            self.mark = self.broken
            try:
                items.append(self.expr())
                kind = kinds[self.i]
                if kind == ",":
                    self.i += 1
                elif kind != "]":
                    self._not_closed(at, "tuple", "bracket", "Missing item separator",
                                     "A comma or a closing bracket is needed here: the items of a "
                                     "list are separated by commas.")
            except SyntaxStop:
                self.depth = depth
                self._next_item(at, i, "]", _COMMA)
        self.depth -= 1
        self.mark = mark
        end = self.ends[self.i]
        self.i += 1
        return ast.Tuple(self.starts[at], end, items)

    def object(self, at: int) -> ast.Expr:
        kinds, starts, ends = self.kinds, self.starts, self.ends
        self.deeper(at)
        self.i = i = at + 1
        # With line ends ignored, the scanner has left no token before the word either way.
        if self.is_word(i, "for"):
            return self._for(at, "}")
        items: list[ast.ObjectItem] = []
        mark = self.mark
        depth = self.depth
        while True:
            i = self.i
            kind = kinds[i]
            if kind == NEWLINE:
                self.i = i + 1
                continue
            if kind == "}":
                break
            self.mark = self.broken
            try:
                if kind == ATTR:
                    name = self.text[starts[i] : ends[i]]
                    if not name.isascii():
                        name = nfc(name)
                    key: ast.Expr = ast.Literal(starts[i], ends[i], name)
                    self.i = i + 1
                else:
                    key = self._object_key(at)
                value = self.expr()
                items.append(ast.ObjectItem(starts[i], value.end, key, value))
                kind = kinds[self.i]
                if kind in _ITEM_ENDS:
                    self.i += 1
                elif kind != "}":
                    self._not_closed(at, "object", "brace", "Missing attribute separator",
                                     "A comma, a line end or a closing brace is needed here to "
                                     "separate one attribute from the next.")
            except SyntaxStop:
                self.depth = depth
                self._next_item(at, i, "}", _ITEM_ENDS)
        self.depth -= 1
        self.mark = mark
        self.i = i + 1
        return ast.Object(starts[at], ends[i], items)

    def _object_key(self, at: int) -> ast.Expr:
        """Parse a key of the object at token *at*, and the sign after it."""
        i = self.i
        word = self.kinds[i] == ID
        key = self.expr()
        if word and self.i == i + 1:
            name = self.slice(i)
            if not name.isascii():
                name = nfc(name)
            key = ast.Literal(self.starts[i], self.ends[i], name)
        kind = self.kinds[self.i]
        if kind in _ITEM_ENDS:
            self.stop("Missing attribute value",
                      'The attribute needs a value: an equals sign ("=") and an expression.',
                      self.i)
        if kind not in ("=", ":"):
            hint = " Put a name that holds dots or blanks in quotes."
            self._not_closed(
                at, "object", "brace", "Missing key/value separator",
                'An equals sign ("=") is needed here, between the name and the value.'
                + hint * (kind in (ID, PATH, ATTR)),
            )
        self.i += 1
        return key

    def _not_closed(
        self, at: int, what: str, bracket: str, summary: str, detail: str
    ) -> Never:
        """Report what stands where the collection at token *at* should go on."""
        if self.kinds[self.i] == EOF:
            self.fail(f"Unterminated {what} constructor expression",
                      f"There is no closing {bracket} for this {what} before the end of the "
                      f"file. A {bracket} may be missing further down, too.",
                      self.starts[at], self.ends[at])
        self.stop(summary, detail, self.i, opened=self.starts[at])

    def _next_item(self, at: int, item: int, closer: str, separators: frozenset[str]) -> None:
        """After an error in the item at token *item*, go to the next, or leave the collection.

        *at* is the bracket that opens the collection.
        """
        kinds, starts = self.kinds, self.starts
        outer = self.indent(starts[at])
        while not self.lost and self.skip(item, closer, separators, outer):
            kind = kinds[self.i]
            if kind in separators or (kind == UNCLOSED and NEWLINE in separators):
                self.i += 1
                while kinds[self.i] == NEWLINE:
                    self.i += 1
            elif kind != closer:
                raise SyntaxStop
            item = self.i
            width = self.width(starts[item])
            if 0 <= width < outer or (width == outer and kinds[item] != closer):
                break
            if kind == closer or self._starts_item(item, closer):
                return
        self.lost = True
        raise SyntaxStop

    def _starts_item(self, at: int, closer: str) -> bool:
        """Whether an item, or nothing, seems to be at token *at* of a broken collection."""
        kind = self.kinds[at]
        if kind in (ATTR, closer):
            return True
        if closer == "]":
            return kind in (STRING, QUOTE, NUMBER, PATH, ID, "[", "{")
        return kind in (ID, STRING, PATH) and self.kinds[at + 1] in ("=", ":")

    def _for(self, at: int, closer: str) -> ast.Expr:
        """Parse a ``for`` expression whose bracket is token *at* (one level deeper already)."""
        kinds = self.kinds
        depth = self.depth - 1
        if kinds[at + 1] != ID:
            self.stop(_FOR, 'The word "for" must be followed by a variable name.', at + 1)
        self.i = at + 2
        key: str | None = None
        value = self._variable('The word "for" must be followed by a variable name.')
        if kinds[self.i] == ",":
            self.i += 1
            key, value = value, self._variable("The comma must be followed by a variable name.")
        if not self.is_word(self.i, "in") or kinds[self.i] != ID:
            self.stop(_FOR, 'The variable names must be followed by the word "in".', self.i)
        self.i += 1
        collection = self.expr()
        if kinds[self.i] != ":":
            self.stop(_FOR, "A colon is needed here, between the collection and the result.",
                      self.i, opened=self.starts[at])
        self.i += 1
        result_key: ast.Expr | None = None
        result = self.expr()
        if kinds[self.i] == "=>":
            self.i += 1
            result_key, result = result, self.expr()
        group = kinds[self.i] == "..."
        ellipsis = self.i
        if group:
            self.i += 1
        cond: ast.Expr | None = None
        if kinds[self.i] == ID and self.is_word(self.i, "if"):
            self.i += 1
            cond = self.expr()
        errors = len(self.diags)
        if closer == "]":
            if result_key is not None:
                self.report(_FOR, 'A list has no keys: remove the key and "=>", or use braces to '
                            "make an object.", result_key.start, result_key.end)
            if group:
                self.report(_FOR, 'Grouping with "..." makes an object, so it needs braces.',
                            self.starts[ellipsis], self.ends[ellipsis])
        elif result_key is None:
            self.report(_FOR, 'An object needs a key before the value: "key => value".',
                        result.start, result.end)
        if kinds[self.i] != closer:
            if len(self.diags) > errors:
                self.broken += 1
                raise SyntaxStop
            self.stop(_FOR, f'A closing "{closer}" is needed here, at the end of the expression.',
                      self.i, opened=self.starts[at])
        self.depth = depth
        end = self.ends[self.i]
        self.i += 1
        return ast.For(self.starts[at], end, key, value, collection, result_key, result, cond,
                       group)

    def _variable(self, problem: str) -> str:
        if self.kinds[self.i] != ID:
            self.stop(_FOR, problem, self.i)
        self.i += 1
        return self.slice(self.i - 1)
