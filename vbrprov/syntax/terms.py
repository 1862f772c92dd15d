"""Terms: names, calls, plain literals, and the steps that follow a term."""

from __future__ import annotations

import re
from typing import Final, Never

from vbrprov.syntax import ast
from vbrprov.syntax.templates import TemplateParser
from vbrprov.syntax.tokens import ATTR, BAD, EOF, ID, NUMBER, PATH, UNCLOSED
from vbrprov.values.nfc import nfc

_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_NUMBER: Final = re.compile(r"([0-9]+)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?")
#: Decimal digits of an integer that certainly fits into 63 bits.
_SMALL_DIGITS: Final = 18


class TermParser(TemplateParser):
    """Parses terms that are no collections, and traversals."""

    def name(self, at: int) -> ast.Expr:
        """Parse a name, or the call that starts with it."""
        kinds, starts = self.kinds, self.starts
        start, end = starts[at], self.ends[at]
        name = self.text[start:end]
        self.i = i = at + 1
        if kinds[i] not in ("(", "::"):
            if name in _WORDS:
                return ast.Literal(start, end, _WORDS[name])
            return ast.Ref(start, end, name, end, [])
        if kinds[i] == "::":
            i = self._namespace(i)
            name = "".join(map(self.slice, range(at, i)))
        opened, name_end = starts[i], self.ends[i - 1]
        self.deeper(i)
        self.i = i + 1
        args: list[ast.Expr] = []
        expand = False
        while kinds[self.i] != ")":
            args.append(self.expr())
            i = self.i
            kind = kinds[i]
            if kind == ",":
                self.i = i + 1
            elif kind == "...":
                expand = True
                self.i = i + 1
                if kinds[self.i] != ")":
                    self.stop("Missing closing parenthesis",
                              'An argument with "..." must be the last one.', i, opened=opened)
            elif kind != ")":
                self._call_not_closed(at, i, opened)
        self.depth -= 1
        end = self.ends[self.i]
        self.i += 1
        return ast.Call(start, end, name, name_end, args, expand)

    def _namespace(self, at: int) -> int:
        """Pass a function name from its ``::`` at token *at*, up to the parenthesis."""
        kinds = self.kinds
        while kinds[at] == "::":
            if kinds[at + 1] != ID:
                self.stop("Missing function name",
                          'The "::" must be followed by the name of a function.', at + 1)
            at += 2
        if kinds[at] != "(":
            self.stop("Missing open parenthesis",
                      "A function name must be followed by its arguments in parentheses.", at)
        return at

    def _call_not_closed(self, at: int, found: int, opened: int) -> Never:
        if self.kinds[found] == EOF:
            self.fail("Unterminated function call",
                      "There is no closing parenthesis for this call before the end of the file.",
                      self.starts[at], opened + 1)
        self.stop("Missing argument separator",
                  "A comma or a closing parenthesis is needed here: arguments are separated by "
                  "commas.", found, opened=opened, what="list of arguments")

    def path(self, at: int) -> ast.Expr:
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

    def name_before_equals(self, at: int) -> ast.Expr:
        """A name where an expression is wanted, although an equals sign follows it."""
        start, end = self.starts[at], self.ends[at]
        name = self.text[start:end]
        self.to_equals(at)
        self.i = at
        if name in _WORDS:
            return ast.Literal(start, end, _WORDS[name])
        return ast.Ref(start, end, name, end, [])

    def string(self, at: int) -> ast.Expr:
        start, end = self.starts[at], self.ends[at]
        self.i = at + 1
        value = self.text[start + 1 : end - 1]
        return ast.Literal(start, end, nfc(value))

    def number(self, at: int) -> ast.Expr:
        start, end = self.starts[at], self.ends[at]
        text = self.text[start:end]
        self.i = at + 1
        if end - start <= _SMALL_DIGITS and text.isdecimal():
            return ast.Literal(start, end, int(text))
        m = _NUMBER.fullmatch(text)
        if m is None:
            self.report("Invalid number literal",
                        "This is not a number. A number is written as 12, 1.5 or 2.5e3.", start,
                        end)
            return ast.Literal(start, end, 0)
        exponent = m.group(3) or "0"
        limit = self.limits.number_digits
        digits = len(m.group(1)) + len(m.group(2) or "")
        if digits > limit or len(exponent) > _SMALL_DIGITS or digits + abs(int(exponent)) > limit:
            self.report("Number too large",
                        f"A number may have at most {limit} digits when written without an "
                        "exponent.", start, end)
            return ast.Literal(start, end, 0)
        if m.end() == m.end(1):
            value = int(text)
            if value < 1 << 63:
                return ast.Literal(start, end, value)
        return ast.Number(start, end, text)

    # --- traversals ------------------------------------------------------------------------------

    def steps(self) -> list[ast.Step]:
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
        """Parse ``[*]`` at token *at* with all steps after it: they apply to each element."""
        close = at + 2
        between = self.text[self.starts[at] : self.starts[close]]
        if "\n" in between and self.kinds[close] == "]" and self.lines_count(at):
            star = self.text.find("\n", self.starts[at], self.starts[at + 1])
            if star >= 0:
                self.stop("Invalid expression", 'The star of "[*]" must stand on the same line as '
                          "the brackets.", at + 1)
            self.stop("Missing close bracket on splat index", 'The star of "[*]" must stand on the '
                      "same line as the brackets.", close)
        if self.kinds[close] != "]":
            self.stop("Missing close bracket on splat index",
                      'The star of "[*]" must be followed by the closing bracket.',
                      self._closing_bracket(close), opened=self.starts[at])
        self.deeper(at)
        self.i = close + 1
        inner = self.steps()
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
                self.report("Invalid legacy index syntax",
                            f"Two indexes cannot be joined with dots. Write [{first}][{second}].",
                            self.starts[i], self.ends[i])
                self.i = i + 1
                key: ast.Expr = ast.Literal(self.starts[i], self.ends[i], 0)
            else:
                key = self.number(i)
            steps.append(ast.IndexStep(start, self.ends[i], key, legacy=True))
        elif kind == "*" and splat:
            self.stop("Nested splat expression not allowed",
                      'A ".*" cannot follow another one. Write "[*]" instead.', i)
        else:
            self.stop("Invalid attribute name", "A dot must be followed by an attribute name.", i)


def extended(node: ast.Expr, steps: list[ast.Step]) -> ast.Expr:
    """*node* with *steps* after it, of which there is at least one."""
    end = steps[-1].end
    if isinstance(node, ast.Ref):
        return ast.Ref(node.start, end, node.name, node.name_end, node.steps + steps)
    if isinstance(node, ast.Access):
        return ast.Access(node.start, end, node.target, node.steps + steps)
    return ast.Access(node.start, end, node, steps)
