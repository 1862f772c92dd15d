"""Nested expressions: most of them have a value, some are wrong on purpose."""

from __future__ import annotations

import random

from uses import OPERATORS


class Grammar:
    """Makes nested expressions; ``depth`` limits the nesting."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.pick = dice.choice

    def many(self, count: int, longest: int = 200) -> list[str]:
        """*count* different expressions."""
        found: dict[str, None] = {}
        while len(found) < count:
            text = self.anything(self.pick((1, 2, 2, 3))) + self.pick(
                ("", "", "", "[0]", '["a"]', ".a", "[*]", ".*.a", "[1]", "[*][0]", ".a.b", '["0"]')
            )
            if len(text) <= longest:
                found[text] = None
        return list(found)

    def _leaf(self, depth: int, odds: float) -> bool:
        return depth <= 0 or self.dice.random() < odds

    def anything(self, depth: int) -> str:
        """A value of any kind."""
        if self.dice.random() < 0.06:
            return self.pick(("null", "tostring(null)", "tonumber(null)"))
        return self.pick(
            (self.number, self.truth, self.text, self.sequence, self.sequence, self.mapping)
        )(depth)

    def number(self, depth: int) -> str:
        """A number, more or less."""
        if self._leaf(depth, 0.3):
            return self.pick(
                (
                    "0",
                    "1",
                    "2",
                    "3",
                    "-1",
                    "1.5",
                    "0.1",
                    "10",
                    "100",
                    "2.50",
                    "1e2",
                    "-0.5",
                    "7",
                    '"3"',
                    '"4.5"',
                    "12345678901234567890",
                )
            )
        number, down = self.number, depth - 1
        return self.pick(
            (
                lambda: f"{number(down)} {self.pick('+-*/%')} {number(down)}",
                lambda: f"({number(down)} {self.pick('+-*')} {number(down)})",
                lambda: f"length({self.collection(down)})",
                lambda: f"({self.truth(down)} ? {number(down)} : {number(down)})",
                lambda: f"-{number(0)}",
                lambda: (
                    f"[{number(down)}, {number(down)}][{self.pick(('0', '1', '-1', '2', '0.5'))}]"
                ),
                lambda: f"tonumber({self.text(down)})",
                lambda: f"sum([{number(down)}, {number(down)}])",
                lambda: f"{{ a = {number(down)}, b = {number(down)} }}.{self.pick('ab')}",
            )
        )()

    def truth(self, depth: int) -> str:
        """A bool, more or less."""
        if self._leaf(depth, 0.25):
            return self.pick(("true", "false", "true", "false", '"true"', '"false"'))
        down = depth - 1
        return self.pick(
            (
                lambda: f"{self.number(down)} {self.pick(OPERATORS[5:11])} {self.number(down)}",
                lambda: f"({self.anything(down)} {self.pick(('==', '!='))} {self.anything(down)})",
                lambda: f"({self.truth(down)} {self.pick(('&&', '||'))} {self.truth(down)})",
                lambda: f"!{self.truth(0)}",
                lambda: f"contains({self.sequence(down)}, {self.anything(down)})",
                lambda: f"can({self.anything(down)})",
                lambda: f"alltrue([{self.truth(down)}, {self.truth(down)}])",
            )
        )()

    def bit(self) -> str:
        """A bit of text inside quotes."""
        return self.pick(
            (
                "a",
                "b",
                "",
                "x y",
                "é",
                "1",
                "true",
                "$",
                "%",
                "$$",
                "{",
                "}",
                r"\n",
                r"\t",
                r"\"",
                "~",
                "foo",
                "A\u030a",
                "$${",
                "%%{",
                r"\u00e9",
                "日本",
            )
        )

    def text(self, depth: int) -> str:
        """A string."""
        if self._leaf(depth, 0.25):
            return '"' + "".join(self.bit() for _ in range(self.dice.randrange(3))) + '"'
        down, bit = depth - 1, self.bit
        return self.pick(
            (
                lambda: f'"{bit()}${{{self.primitive(down)}}}{bit()}"',
                lambda: f'"{bit()}${{~ {self.primitive(down)} ~}} {bit()}"',
                lambda: f'"%{{ if {self.truth(down)} }}{bit()}%{{ else }}{bit()}%{{ endif }}"',
                lambda: f'"%{{ for x in {self.sequence(down)} ~}} <${{x}}> %{{ endfor ~}} {bit()}"',
                lambda: f'"${{{self.text(down)}}}${{{self.number(down)}}}"',
                lambda: f'join(",", {self.sequence(down)})',
                lambda: f"tostring({self.primitive(down)})",
                lambda: f"({self.truth(down)} ? {self.text(down)} : {self.primitive(down)})",
                lambda: f'"%{{ for k, v in {self.collection(down)} }}${{k}}=${{v}};%{{ endfor }}"',
            )
        )()

    def primitive(self, depth: int) -> str:
        """A string, number or bool."""
        return self.pick((self.number, self.truth, self.text, self.text))(depth)

    def sequence(self, depth: int) -> str:
        """A tuple, list or set."""
        if self._leaf(depth, 0.2):
            return self.pick(
                (
                    "[]",
                    "[1, 2, 3]",
                    '["a", "b"]',
                    '[1, "a", true]',
                    "[null, 1]",
                    'tolist(["x", "y"])',
                    'toset(["q", "p", "q"])',
                    "toset([3, 1, 2])",
                    "tolist([])",
                    "[[1], [2, 3]]",
                    "[{ a = 1 }, { a = 2 }]",
                    "tolist([{ a = 1 }, { a = 2 }])",
                    "range(3)",
                )
            )
        down = depth - 1
        result = ("x", "[x]", "{ v = x }", '"<${x}>"', "x == 1", "length(x)")
        condition = ("true", "i != 0", "x != null", "can(x + 1)", 'i == "a"')
        return self.pick(
            (
                lambda: f"[{self.anything(down)}, {self.anything(down)}]",
                lambda: f"tolist({self.sequence(down)})",
                lambda: f"toset({self.sequence(down)})",
                lambda: f"[for x in {self.collection(down)} : {self.pick(result)}]",
                lambda: (
                    f"[for i, x in {self.collection(down)} : {self.pick(('i', 'x', '[i, x]'))} "
                    f"if {self.pick(condition)}]"
                ),
                lambda: f"{self.anything(down)}[*]",
                lambda: f"{self.collection(down)}[*].a",
                lambda: f"concat({self.sequence(down)}, {self.sequence(down)})",
                lambda: f"({self.truth(down)} ? {self.sequence(down)} : {self.sequence(down)})",
                lambda: f"flatten([{self.sequence(down)}, {self.anything(down)}])",
                lambda: f"values({self.mapping(down)})",
            )
        )()

    def mapping(self, depth: int) -> str:
        """An object or map."""
        if self._leaf(depth, 0.2):
            return self.pick(
                (
                    "{}",
                    "{ a = 1 }",
                    '{ a = "x", b = 2 }',
                    '{ "a b" = 1 }',
                    "{ a = null }",
                    "tomap({ a = 1, b = 2 })",
                    'tomap({ a = "1" })',
                    "{ a = { a = 1 } }",
                    "{ a = [1, 2] }",
                    "tomap({})",
                    '{ (1) = "x" }',
                    "{ 1 = 2 }",
                    "{ true = 1 }",
                    '{ "x${1}" = 3 }',
                )
            )
        down = depth - 1
        return self.pick(
            (
                lambda: f"{{ a = {self.anything(down)}, b = {self.anything(down)} }}",
                lambda: f"{{ ({self.text(down)}) = {self.anything(down)} }}",
                lambda: f"{{ for k, v in {self.collection(down)} : k => v }}",
                lambda: (
                    f"{{ for x in {self.sequence(down)} : x => {self.pick(('1', 'x', '[x]'))}... }}"
                ),
                lambda: f"tomap({self.mapping(down)})",
                lambda: f"merge({self.mapping(down)}, {self.mapping(down)})",
                lambda: f'{{ for k, v in {self.collection(down)} : "${{k}}" => v if v != null }}',
                lambda: f"({self.truth(down)} ? {self.mapping(down)} : {self.mapping(down)})",
            )
        )()

    def collection(self, depth: int) -> str:
        """Something to go through."""
        return self.pick((self.sequence, self.sequence, self.mapping))(depth)
