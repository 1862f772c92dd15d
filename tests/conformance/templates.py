"""Quoted templates and heredocs."""

from __future__ import annotations

import random
from collections.abc import Callable


class Templates:
    """Makes quoted templates and heredocs with directives, markers and odd blanks."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.pick = dice.choice

    def many(self, count: int) -> list[str]:
        """*count* different templates."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[self.quoted() if self.dice.random() < 0.25 else self.heredoc()] = None
        return list(found)

    def quoted(self) -> str:
        """A template in quotes."""
        return f'"{self._inside(2, breaks=False)}"'

    def heredoc(self) -> str:
        """A heredoc, maybe with an end marker that is none."""
        marker = self.pick(("EOT", "EOT", "X_1", "É"))
        lines = "".join(self._line() + "\n" for _ in range(self.dice.randrange(5)))
        text = (
            f"{self.pick(('<<', '<<-', '<<-'))}{marker}\n{lines}{self._blank()}{marker}"
            f"{self.pick(('', '', ' '))}\n"
        )
        return text.replace("\n", "\r\n") if self.dice.random() < 0.1 else text

    def _blank(self) -> str:
        return self.pick(("", "", " ", "  ", "\t", "    "))

    def _word(self) -> str:
        return self.pick(
            ("a", "foo bar", "é", r"\n", "{", "}", "#no", "//no", "EOTX", "x", "$", "%", "$$")
        )

    def _value(self) -> str:
        return self.pick(
            (
                "${1+1}",
                '${"x"}',
                '${~ "x" }',
                '${ "x" ~}',
                '${~ "x" ~}',
                "${null}",
                "${[]}",
                "${true}",
                r'${"a\nb"}',
                "$${x}",
                "$$${1}",
                "%%{x}",
                '${"}"}',
                "${{ a = 1 }.a}",
                '${"${"n"}"}',
                "${ /* c */ 3 }",
            )
        )

    def _line(self) -> str:
        parts = (
            self._word,
            self._word,
            self._value,
            self._blank,
            lambda: self._directive(2, breaks=True),
        )
        return self.pick(("", "  ", "    ", "      ", "\t", " ")) + "".join(
            self.pick(parts)() for _ in range(self.dice.randrange(4))
        )

    def _inside(self, depth: int, *, breaks: bool) -> str:
        parts: tuple[Callable[[], str], ...] = (
            self._word,
            self._value,
            self._blank,
            lambda: "\n" + self._blank() if breaks else " ",
            lambda: self._directive(depth - 1, breaks=breaks) if depth > 0 else self._word(),
        )
        return "".join(self.pick(parts)() for _ in range(self.dice.randrange(4)))

    def _directive(self, depth: int, *, breaks: bool) -> str:
        def sign(text: str) -> str:
            return f"%{{{self.pick(('', '~'))} {text} {self.pick(('', '~'))}}}"

        def inside() -> str:
            return self._inside(depth - 1, breaks=breaks)

        if self.dice.random() < 0.5:
            condition = self.pick(("true", "false", '"true"', "1 > 2", "null", '"x"'))
            other = sign("else") + inside() if self.dice.random() < 0.5 else ""
            return sign(f"if {condition}") + inside() + other + sign("endif")
        source = self.pick(
            ("[1, 2]", '["a"]', "[]", 'toset(["b", "a"])', '{ k = "v" }', "null", "5")
        )
        head, value = self.pick((("x", "${x}"), ("k, x", "${k}=${x}"), ("k, x", "${ x ~}")))
        return sign(f"for {head} in {source}") + inside() + value + sign("endfor")
