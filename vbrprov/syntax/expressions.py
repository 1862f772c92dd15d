"""Expressions: operators, terms, traversals, calls and collections."""

from __future__ import annotations

import re
from typing import Final, Never
from unicodedata import normalize

from vbrprov.diag import SourceFile
from vbrprov.syntax import ast
from vbrprov.syntax.cursor import SyntaxStop
from vbrprov.syntax.limits import Limits
from vbrprov.syntax.templates import TemplateParser
from vbrprov.syntax.tokens import (
    ATTR,
    BAD,
    EOF,
    HEREDOC,
    ID,
    NEWLINE,
    NUMBER,
    PATH,
    QUOTE,
    STRING,
    UNCLOSED,
    Tokens,
)

_PRECEDENCE: Final = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}
#: Tokens after a term that make it part of a larger expression.
_GOES_ON: Final = frozenset({*_PRECEDENCE, ".", "[", "?"})
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_COMMA: Final = frozenset({","})
_ITEM_ENDS: Final = frozenset({",", NEWLINE})
_NONE: Final[frozenset[str]] = frozenset()
_NUMBER: Final = re.compile(r"([0-9]+)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?")
_FOR: Final = "Invalid 'for' expression"
#: Decimal digits of an integer that certainly fits into 63 bits.
_SMALL_DIGITS: Final = 18


class ExpressionParser(TemplateParser):
    """Parses expressions. Every method leaves ``i`` behind what it parsed."""

    def __init__(self, source: SourceFile, tokens: Tokens, limits: Limits) -> None:
        super().__init__(source, tokens, limits)
        self._terms = {
            ID: self._name, PATH: self._path, ATTR: self._name_before_equals, STRING: self._string,
            NUMBER: self._number, QUOTE: self.quoted, HEREDOC: self.heredoc, "(": self._paren,
            "[": self._tuple, "{": self._object, "-": self._unary, "!": self._unary,
        }

    def expr(self) -> ast.Expr:
        """Parse one expression."""
        i = self.i
        term = self._terms.get(self.kinds[i])
        if term is None:
            self._no_expression(i)
        node = term(i)
        kind = self.kinds[self.i]
        if kind not in _GOES_ON:
            return node
        if kind in (".", "["):
            node = _extended(node, self._steps())
            kind = self.kinds[self.i]
        if kind in _PRECEDENCE:
            node = self._binary(node)
            kind = self.kinds[self.i]
        if kind == "?":
            node = self._conditional(node)
        return node

    def _no_expression(self, at: int) -> Never:
        if self.kinds[at] == EOF:
            self.stop("Missing expression",
                      "An expression is needed here, but the file ends.", at)
        self.stop("Invalid expression",
                  "An expression is needed here: a value, a reference, or a function call.", at)

    def _binary(self, node: ast.Expr) -> ast.Expr:
        """Parse the operators and operands that follow the operand *node*.

        A loop over a stack of waiting operands, weakest operator first, so that a long chain needs
        no recursion.
        """
        kinds, terms = self.kinds, self._terms
        waiting: list[tuple[ast.Expr, str, int]] = []
        count = 0
        while True:
            i = self.i
            op = kinds[i]
            level = _PRECEDENCE.get(op, 0)
            while waiting and waiting[-1][2] >= level:
                left, left_op, _ = waiting.pop()
                node = ast.Binary(left.start, node.end, left_op, left, node)
            if not level:
                return node
            count += 1
            if count > self.limits.operators:
                self.stop("Expression too long",
                          f"An expression may have at most {self.limits.operators} operators "
                          "outside brackets. Split it, for example into local values.", i)
            waiting.append((node, op, level))
            self.i = i = i + 1
            term = terms.get(kinds[i])
            if term is None:
                self._no_expression(i)
            node = term(i)
            if kinds[self.i] in (".", "["):
                node = _extended(node, self._steps())

    def _conditional(self, cond: ast.Expr) -> ast.Expr:
        """Parse ``? yes : no`` after *cond*."""
        at = self.i
        self.deeper(at)
        self.i += 1
        yes = self.expr()
        if self.kinds[self.i] != ":":
            self.stop("Missing false expression in conditional",
                      'A conditional "a ? b : c" needs a colon and a second result here.',
                      self.i, opened=self.starts[at], what="conditional")
        self.i += 1
        no = self.expr()
        self.depth -= 1
        return ast.Conditional(cond.start, no.end, cond, yes, no)

    # --- terms -----------------------------------------------------------------------------------

    def _name(self, at: int) -> ast.Expr:
        start, end = self.starts[at], self.ends[at]
        name = self.text[start:end]
        self.i = at + 1
        after = self.kinds[at + 1]
        if after == "(":
            return self._call(at, at + 1, name)
        if after == "::":
            return self._namespaced_call(at, name)
        if name in _WORDS:
            return ast.Literal(start, end, _WORDS[name])
        return ast.Ref(start, end, name, end, [])

    def _path(self, at: int) -> ast.Expr:
        start, end = self.starts[at], self.ends[at]
        self.i = at + 1
        names = self.text[start:end].split(".")
        name = names[0]
        name_end = step = start + len(name)
        steps: list[ast.Step] = []
        for part in names[1:]:
            step_end = step + 1 + len(part)
            steps.append(ast.AttrStep(step, step_end, part))
            step = step_end
        if name in _WORDS:
            return ast.Access(start, end, ast.Literal(start, name_end, _WORDS[name]), steps)
        return ast.Ref(start, end, name, name_end, steps)

    def _name_before_equals(self, at: int) -> ast.Expr:
        """A name where an expression is wanted, although an equals sign follows it."""
        start, end = self.starts[at], self.ends[at]
        name = self.text[start:end]
        self.to_equals(at)
        self.i = at
        if name in _WORDS:
            return ast.Literal(start, end, _WORDS[name])
        return ast.Ref(start, end, name, end, [])

    def _string(self, at: int) -> ast.Expr:
        start, end = self.starts[at], self.ends[at]
        self.i = at + 1
        value = self.text[start + 1 : end - 1]
        return ast.Literal(start, end, value if value.isascii() else normalize("NFC", value))

    def _number(self, at: int) -> ast.Expr:
        start, end = self.starts[at], self.ends[at]
        text = self.text[start:end]
        self.i = at + 1
        if end - start <= _SMALL_DIGITS and text.isdecimal():
            return ast.Literal(start, end, int(text))
        m = _NUMBER.fullmatch(text)
        if m is None:
            self.stop("Invalid number literal",
                      "This is not a number. A number is written as 12, 1.5 or 2.5e3.", at,
                      lost=False)
        exponent = m.group(3) or "0"
        limit = self.limits.number_digits
        digits = len(m.group(1)) + len(m.group(2) or "")
        if digits > limit or len(exponent) > _SMALL_DIGITS or digits + abs(int(exponent)) > limit:
            self.stop("Number too large",
                      f"A number may have at most {limit} digits when written without an exponent.",
                      at, lost=False)
        if m.end() == m.end(1):
            value = int(text)
            if value < 1 << 63:
                return ast.Literal(start, end, value)
        return ast.Number(start, end, text)

    def _paren(self, at: int) -> ast.Expr:
        self.deeper(at)
        self.i = at + 1
        inner = self.expr()
        i = self.i
        if self.kinds[i] != ")":
            self.stop("Unbalanced parentheses",
                      "A closing parenthesis is needed here to end the expression.", i,
                      opened=self.starts[at])
        self.depth -= 1
        self.i = i + 1
        return ast.Paren(self.starts[at], self.ends[i], inner)

    def _unary(self, at: int) -> ast.Expr:
        """Parse signs and what they apply to: one operand with its traversal."""
        kinds, starts = self.kinds, self.starts
        i = at
        while kinds[i] in ("-", "!"):
            self.deeper(i)
            i += 1
        self.i = i
        term = self._terms.get(kinds[i])
        if term is None:
            self._no_expression(i)
        node = term(i)
        if kinds[self.i] in (".", "["):
            node = _extended(node, self._steps())
        self.depth -= i - at
        end = node.end
        for sign in range(i - 1, at - 1, -1):
            node = ast.Unary(starts[sign], end, kinds[sign], node)
        return node

    # --- traversals ------------------------------------------------------------------------------

    def _steps(self) -> list[ast.Step]:
        """Parse the steps that follow a term."""
        steps: list[ast.Step] = []
        kinds, starts, ends = self.kinds, self.starts, self.ends
        while True:
            i = self.i
            kind = kinds[i]
            if kind == ".":
                if kinds[i + 1] == "*":
                    self.i = i + 2
                    inner: list[ast.Step] = []
                    while kinds[self.i] == ".":
                        self._dot(inner, self.i, splat=True)
                    end = inner[-1].end if inner else ends[i + 1]
                    steps.append(ast.SplatStep(starts[i], end, inner, full=False))
                else:
                    self._dot(steps, i, splat=False)
            elif kind == "[":
                if kinds[i + 1] == "*":
                    steps.append(self._full_splat(i))
                    return steps
                self.deeper(i)
                self.i = close = i + 1
                if kinds[close] != UNCLOSED:
                    key = self.expr()
                    close = self.i
                if kinds[close] != "]":
                    self.stop("Missing close bracket on index",
                              "The index has no closing bracket before this place.",
                              self._closing_bracket(close), opened=starts[i])
                self.depth -= 1
                self.i = close + 1
                steps.append(ast.IndexStep(starts[i], ends[close], key))
            else:
                return steps

    def _closing_bracket(self, at: int) -> int:
        """The token where Terraform reports a missing closing bracket of an index.

        That is the next closing bracket behind token *at* which has no partner there, or the end;
        or a bad token on the way.
        """
        nesting = 0
        kinds = self.kinds
        while kinds[at] not in (EOF, BAD):
            at += 1
            if kinds[at] == "[":
                nesting += 1
            elif kinds[at] == "]":
                nesting -= 1
                if nesting < 0:
                    break
        return at

    def _full_splat(self, at: int) -> ast.SplatStep:
        """Parse ``[*]`` at token *at* with all the steps that follow: they apply to each element."""
        close = at + 2
        if self.kinds[close] != "]":
            self.stop("Missing close bracket on splat index",
                      'The star of "[*]" must be followed by the closing bracket.',
                      self._closing_bracket(close), opened=self.starts[at])
        self.deeper(at)
        self.i = close + 1
        inner = self._steps()
        self.depth -= 1
        end = inner[-1].end if inner else self.ends[close]
        return ast.SplatStep(self.starts[at], end, inner, full=True)

    def _dot(self, steps: list[ast.Step], at: int, *, splat: bool) -> None:
        """Parse the dot at token *at* and the name, names or legacy index after it."""
        start, i = self.starts[at], at + 1
        kind = self.kinds[i]
        if kind in (ID, PATH):
            self.i = i + 1
        if kind == ID:
            steps.append(ast.AttrStep(start, self.ends[i], self.slice(i)))
        elif kind == PATH:
            end = self.starts[i]
            for name in self.slice(i).split("."):
                end += len(name)
                steps.append(ast.AttrStep(start, end, name))
                start = end
                end += 1
        elif kind == ATTR:
            steps.append(ast.AttrStep(start, self.ends[i], self.slice(i)))
            self.to_equals(i)
            self.i = i
        elif kind == NUMBER:
            text = self.slice(i)
            first, dot, second = text.partition(".")
            if dot:
                self.stop("Invalid legacy index syntax",
                          f"Two indexes cannot be joined with dots. Write [{first}][{second}].", i,
                          lost=False)
            key = self._number(i)
            steps.append(ast.IndexStep(start, self.ends[i], key, legacy=True))
        elif kind == "*" and splat:
            self.stop("Nested splat expression not allowed",
                      'A ".*" cannot follow another one. Write "[*]" instead.', i)
        else:
            self.stop("Invalid attribute name", "A dot must be followed by an attribute name.", i)

    def _call_not_closed(self, at: int, found: int, opened: int, broken: int) -> Never:
        if self.kinds[found] == EOF:
            if self.broken > broken:
                raise SyntaxStop
            self.fail("Unterminated function call",
                      "There is no closing parenthesis for this call before the end of the file.",
                      self.starts[at], opened + 1)
        self.stop("Missing argument separator",
                  "A comma or a closing parenthesis is needed here: arguments are separated by "
                  "commas.", found, opened=opened, what="list of arguments")

    # --- collections -----------------------------------------------------------------------------

    def _tuple(self, at: int) -> ast.Expr:
        kinds = self.kinds
        self.deeper(at)
        self.i = at + 1
        if self.is_word(at + 1, "for"):
            return self._for(at, "]")
        items: list[ast.Expr] = []
        broken = self.broken
        depth = self.depth
        while kinds[self.i] != "]":
            try:
                items.append(self.expr())
                kind = kinds[self.i]
                if kind == ",":
                    self.i += 1
                elif kind != "]":
                    self._collection_not_closed(at, "tuple", "bracket", "Missing item separator",
                                                "A comma or a closing bracket is needed here: the "
                                                "items of a list are separated by commas.", broken)
            except SyntaxStop:
                self.depth = depth
                self._next_item("]", _COMMA)
        self.depth -= 1
        end = self.ends[self.i]
        self.i += 1
        return ast.Tuple(self.starts[at], end, items)

    def _object(self, at: int) -> ast.Expr:
        kinds, starts, ends = self.kinds, self.starts, self.ends
        self.deeper(at)
        self.i = i = at + 1
        # With line ends ignored, the scanner has left no token before the word either way.
        if self.is_word(i, "for"):
            return self._for(at, "}")
        items: list[ast.ObjectItem] = []
        broken = self.broken
        depth = self.depth
        while True:
            i = self.i
            kind = kinds[i]
            if kind == NEWLINE:
                self.i = i + 1
                continue
            if kind == "}":
                break
            try:
                if kind == ATTR:
                    name = self.text[starts[i] : ends[i]]
                    if not name.isascii():
                        name = normalize("NFC", name)
                    key: ast.Expr = ast.Literal(starts[i], ends[i], name)
                    self.i = i + 1
                else:
                    key = self._object_key(at, broken)
                value = self.expr()
                items.append(ast.ObjectItem(starts[i], value.end, key, value))
                kind = kinds[self.i]
                if kind in _ITEM_ENDS:
                    self.i += 1
                elif kind != "}":
                    self._collection_not_closed(at, "object", "brace", "Missing attribute separator",
                                                "A comma, a line end or a closing brace is needed "
                                                "here to separate one attribute from the next.",
                                                broken)
            except SyntaxStop:
                self.depth = depth
                self._next_item("}", _ITEM_ENDS)
        self.depth -= 1
        self.i = i + 1
        return ast.Object(starts[at], ends[i], items)

    def _object_key(self, at: int, broken: int) -> ast.Expr:
        """Parse a key of the object at token *at*, and the sign after it."""
        i = self.i
        word = self.kinds[i] == ID
        key = self.expr()
        if word and self.i == i + 1:
            name = self.slice(i)
            if not name.isascii():
                name = normalize("NFC", name)
            key = ast.Literal(self.starts[i], self.ends[i], name)
        kind = self.kinds[self.i]
        if kind in ("=", ":"):
            self.i += 1
            return key
        if kind in _ITEM_ENDS:
            self.stop("Missing attribute value",
                      'The attribute needs a value: an equals sign ("=") and an expression.',
                      self.i)
        hint = ""
        if kind in (ID, PATH, ATTR):
            hint = " Put a name that holds dots or blanks in quotes."
        self._collection_not_closed(
            at, "object", "brace", "Missing key/value separator",
            f'An equals sign ("=") is needed here, between the name and the value.{hint}', broken,
        )

    def _collection_not_closed(
        self, at: int, what: str, bracket: str, summary: str, detail: str, broken: int
    ) -> Never:
        """Report what stands where a collection should go on; *broken* counts the errors before it."""
        if self.kinds[self.i] == EOF:
            if self.broken > broken:
                raise SyntaxStop
            self.fail(f"Unterminated {what} constructor expression",
                      f"There is no closing {bracket} for this {what} before the end of the "
                      f"file. A {bracket} may be missing further down, too.",
                      self.starts[at], self.ends[at])
        self.stop(summary, detail, self.i, opened=self.starts[at])

    def _next_item(self, closer: str, separators: frozenset[str]) -> None:
        """After an error, go to the next item of a collection, or leave that too."""
        self.skip(closer, separators)
        kind = self.kinds[self.i]
        if kind in separators or (kind == UNCLOSED and NEWLINE in separators):
            self.i += 1
        elif kind != closer:
            raise SyntaxStop

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
