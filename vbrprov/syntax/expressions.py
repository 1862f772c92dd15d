"""Expressions: operators and conditionals over terms."""

from __future__ import annotations

from typing import Final, Never

from vbrprov.diag import SourceFile
from vbrprov.syntax import ast
from vbrprov.syntax.constructors import CollectionParser
from vbrprov.syntax.limits import Limits
from vbrprov.syntax.terms import extended
from vbrprov.syntax.tokens import ATTR, EOF, HEREDOC, ID, NUMBER, PATH, QUOTE, STRING, Tokens

_PRECEDENCE: Final = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}
#: Tokens after a term that make it part of a larger expression.
_GOES_ON: Final = frozenset({*_PRECEDENCE, ".", "[", "?"})


class ExpressionParser(CollectionParser):
    """Parses expressions. Every method leaves ``i`` behind what it parsed."""

    def __init__(self, source: SourceFile, tokens: Tokens, limits: Limits) -> None:
        super().__init__(source, tokens, limits)
        self._terms = {
            ID: self.name, PATH: self.path, ATTR: self.name_before_equals, STRING: self.string,
            NUMBER: self.number, QUOTE: self.quoted, HEREDOC: self.heredoc, "(": self._paren,
            "[": self.tuple, "{": self.object, "-": self._unary, "!": self._unary,
        }

    def whole_expression(self) -> ast.Expr:
        """Parse all tokens as one expression."""
        expr = self.expr()
        if self.kinds[self.i] != EOF:
            self.stop("Extra characters after expression",
                      "The expression is complete before this place. Remove what follows, or join "
                      "it with an operator.", self.i)
        return expr

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
            node = extended(node, self.steps())
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
                node = extended(node, self.steps())

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
            node = extended(node, self.steps())
        self.depth -= i - at
        end = node.end
        for sign in range(i - 1, at - 1, -1):
            node = ast.Unary(starts[sign], end, kinds[sign], node)
        return node
