"""Random configuration files that are valid, but seldom well laid out."""

from __future__ import annotations

from random import Random

NAMES = (
    "a", "bb", "x_y", "local", "var", "é", "foo-bar", "in", "if", "each", "αβγ", "type", "z9",
)
LITERALS = (
    "a", "b c", "é", "日本", "👨\u200d👩\u200d👧", "\\n", '\\"', "$${", "%%{", "$", "%", "#", "//",
    "{", "}", "  ", "=", "e\u0301", "\\\\", "<<E", "'",
)
OPERATORS = ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||")
HEREDOC_LINES = (
    "text", "a = 1", "# no", '"q"', "", "x ${y} z", "%{ if c }t\n%{ endif }", "$${", "{", "}",
    "é = 2", "${ f(\n 1 ) }",
)
LINE_ENDS = ("\n", "\n", "\n", " # c\n", "   // dd\n", "# e f\n", " /* g */\n", "  \n", "\r\n")


class Programs:
    """Makes programs from one source of randomness."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.pick = random.choice

    def program(self) -> str:
        """One file."""
        return self._body(0)

    def _some(self, most: int) -> range:
        return range(self.random.randrange(most))

    def _space(self, *, lines: bool = False) -> str:
        roll = self.random.random()
        if roll < 0.55:
            return self.pick(("", " ", " "))
        if roll < 0.7:
            return self.pick(("  ", "\t", "   "))
        if roll < 0.8:
            return self.pick((" /* c */ ", "/*c*/"))
        if not lines:
            return " "
        return self.pick(("\n", "\n  ", " \n\n ", "\n\t", " # c\n", "//d\n  ", "\n# x y\n"))

    # --- expressions -----------------------------------------------------------------------------

    def expr(self, depth: int, *, lines: bool) -> str:
        """One expression; *lines* says whether it may go over several."""
        text = self._term(depth)
        for _ in range(self.pick((0, 0, 0, 1, 2))):
            text += self._step(depth)
        roll = self.random.random()
        if roll < 0.3 and depth < 5:
            text += (self._space(lines=lines) + self.pick(OPERATORS) + self._space(lines=lines)
                     + self.expr(depth + 1, lines=lines))
        elif roll < 0.36 and depth < 4:
            text += " ".join((
                self._space(lines=lines) + "?", self.expr(depth + 1, lines=lines),
                self._space(lines=lines) + ":", self.expr(depth + 1, lines=lines)))
        return text

    def _inner(self, depth: int) -> str:
        return self._space(lines=True) + self.expr(depth + 1, lines=True) + self._space(lines=True)

    def _step(self, depth: int) -> str:
        roll = self.random.random()
        if roll < 0.45:
            return self.pick((".", ".", " . ", ". ")) + self.pick(("a", "b_c", "id"))
        if roll < 0.7:
            return self.pick(("", " ")) + "[" + self._inner(depth + 1) + "]"
        return self.pick(("[*]", "[*]", ".*.a"))

    def _term(self, depth: int) -> str:
        roll = self.random.random() * (0.5 if depth > 5 else 1)
        if roll < 0.2:
            return self.pick(NAMES)
        if roll < 0.3:
            return self.pick(("0", "1", "42", "1.5", "1e5", "007", "9007199254740993"))
        if roll < 0.5:
            return self._string(depth)
        if roll < 0.58:
            return f"({self._inner(depth)})"
        if roll < 0.7:
            return self._tuple(depth)
        if roll < 0.8:
            return self._object(depth)
        if roll < 0.9:
            args = ",".join(self._inner(depth) for _ in self._some(3))
            if args and self.random.random() < 0.2:
                args += "..."
            return self.pick(("f", "core::g", "a::b::c")) + self.pick(("", "", " ")) + f"({args})"
        if roll < 0.97:
            return self._for(depth)
        return self.pick(("-", "!")) + self._space() + self._term(depth + 1)

    def _string(self, depth: int) -> str:
        pieces = "".join(self._piece(depth) for _ in self._some(4 if depth < 5 else 1))
        return f'"{pieces}"'

    def _literal(self) -> str:
        return "".join(self.pick(LITERALS) for _ in self._some(4))

    def _piece(self, depth: int) -> str:
        roll = self.random.random()
        if roll < 0.4:
            return self._literal()
        if roll < 0.8:
            return self.pick(("${", "${", "${~")) + self._inner(depth + 1) + self.pick(("}", "~}"))
        if roll < 0.9:
            return (f"%{{{self._space()}if {self.expr(depth + 2, lines=True)} }}{self._literal()}"
                    f"%{{{self._space()}endif~}}")
        return (f"%{{ for {self.pick(('q', 'k, v'))} in {self.expr(depth + 2, lines=True)}}}"
                f"{self._literal()}${{q}}%{{ endfor }}")

    def _tuple(self, depth: int) -> str:
        if self.random.random() < 0.6:
            return "[" + ",".join(self._inner(depth) for _ in self._some(4)) + "]"
        items = "".join(
            self.pick(("", "  ")) + self.expr(depth + 1, lines=True) + ","
            + self.pick(("", " # c", "  // d", "/* e */")) + "\n" for _ in self._some(4))
        return "[\n" + items + self.pick(("", " ")) + "]"

    def _object(self, depth: int) -> str:
        if self.random.random() < 0.5:
            items = (
                self.pick((*NAMES, '"k"', '"${x}"', "1", f"({self.expr(depth + 1, lines=True)})"))
                + self._space() + self.pick(("=", ":")) + self._space()
                + self.expr(depth + 1, lines=False) for _ in self._some(4))
            return "{" + self._space() + ("," + self._space()).join(items) + self._space() + "}"
        text = "{" + self.pick(("", " # c")) + "\n"
        for _ in self._some(4):
            text += (self.pick(("", " ", "    ")) + self.pick((*NAMES, '"k y"', "(x)", "long_name"))
                     + self._space() + self.pick(("=", "=", "=", ":")) + self._space())
            if self.random.random() < 0.07:
                text += self._heredoc(depth)
            else:
                text += self.expr(depth + 1, lines=False) + self.pick(("", ",", " # c", "  //d"))
                text += "\n"
            text += self.pick(("", "", "\n", "  # c\n"))
        return text + self.pick(("", " ")) + "}"

    def _for(self, depth: int) -> str:
        head = f"{self._space(lines=True)}for {self.pick(('q', 'k , v'))} in {self._inner(depth)}:"
        tail = self.pick(("", f" if {self.expr(depth + 1, lines=True)}"))
        if self.random.random() < 0.6:
            return f"[{head}{self._inner(depth)}{tail}]"
        group = self.pick(("", "..."))
        return f"{{{head}{self._inner(depth)}=>{self._inner(depth)}{group}{tail}}}"

    def _heredoc(self, depth: int) -> str:
        marker = self.pick(("E", "EOT", "END_1"))
        text = f"<<{self.pick(('', '-'))}{marker}\n"
        for _ in self._some(4):
            line = self.pick((*HEREDOC_LINES, f"${{{self._inner(depth + 2)}}}"))
            text += self.pick(("", "  ", "    ", "\t")) + line + "\n"
        return text + self.pick(("", "  ")) + marker + "\n"

    # --- bodies ----------------------------------------------------------------------------------

    def _body(self, depth: int) -> str:
        used: set[str] = set()
        text = ""
        for _ in self._some(5):
            roll = self.random.random()
            if roll < 0.7:
                text += self._attribute(used)
            elif roll < 0.8 or depth >= 3:
                text += self.pick(("\n", "\n\n", "# c\n", "  // x\n", "/* y\n   z */\n", "  \n"))
            else:
                text += self._block(depth + 1)
        return text

    def _attribute(self, used: set[str]) -> str:
        name = self.pick((*NAMES, "for", "null", "a_long_attribute_name", "type", "default"))
        if name in used:
            return ""
        used.add(name)
        text = self.pick(("", "  ", "    ", "\t")) + name + self._space() + "=" + self._space()
        roll = self.random.random()
        if roll < 0.08:
            return text + self._heredoc(1)
        if roll < 0.14:
            text += self.pick(('"string"', '"list"', '"map"', "list", "set", "map", "string"))
        elif roll < 0.2:
            text += f'"${{{self._inner(3)}}}"'
        else:
            text += self.expr(1, lines=False)
        return text + self.pick(LINE_ENDS)

    def _block(self, depth: int) -> str:
        labels = "".join(
            self.pick((" ", "  ", " /* c */ ")) + self.pick(('"x"', "l", '"a b"', '"é"', '"\\t"'))
            for _ in self._some(3))
        text = self.pick(("", " ")) + self.pick(("resource", "variable", "b")) + labels
        text += self.pick((" ", "  ", "")) + "{"
        roll = self.random.random()
        if roll < 0.1:
            return text + self._space() + "}" + self.pick(LINE_ENDS)
        if roll < 0.25:
            return (f"{text}{self._space()}type{self._space()}={self._space()}"
                    f"{self.expr(2, lines=False)}{self._space()}}}{self.pick(LINE_ENDS)}")
        return (text + self.pick(("\n", " \n", " # c\n", "\n\n")) + self._body(depth)
                + self.pick(("", " ", "  ")) + "}" + self.pick(LINE_ENDS))


def program(seed: int) -> str:
    """The program number *seed*."""
    return Programs(Random(seed)).program()
