"""Random expressions of the language: most of them have a value, some are wrong on purpose."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Sequence

PRIMITIVES = (
    "1",
    "0",
    "-1",
    "1.5",
    "2",
    '"1"',
    '"a"',
    '"true"',
    "true",
    "false",
    '"false"',
    '""',
    "null",
    '"1.50"',
    "1e3",
    "0.1",
    '"-7"',
    '" 1"',
    "tostring(null)",
    "tonumber(null)",
    "tobool(null)",
)
CONTAINERS = (
    "[]",
    "[1]",
    '["a"]',
    '[1, "a"]',
    "[true, 1]",
    "[null]",
    "[1, null]",
    "tolist([1, 2])",
    'tolist(["a"])',
    'toset(["b", "a"])',
    "toset([2, 1])",
    "{}",
    "{ a = 1 }",
    '{ a = "x", b = 2 }',
    "{ a = null }",
    "tomap({ a = 1 })",
    'tomap({ a = "x" })',
    "tolist([])",
    "toset([])",
    "tomap({})",
    '[[1], ["a"]]',
    "[[1], [2, 3]]",
    '{ a = [1], b = ["x"] }',
    '[{ a = 1 }, { a = "x" }]',
    "[{ a = 1 }, { b = 2 }]",
    "tolist([{ a = 1 }, { a = 2 }])",
    "toset([[1], [2]])",
    "tomap({ a = [1] })",
    "tolist([tolist([1])])",
    "[tolist([1]), [2]]",
    "{ a = { b = 1 } }",
    "tomap({ a = { b = 1 } })",
    "toset([{ a = 1 }])",
    "tolist(null)",
    "tomap(null)",
    '[tolist(["a"]), toset(["a"])]',
)
VALUES = (*PRIMITIVES, *CONTAINERS)
OPERATORS = ("+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||")
#: Ways to use one value; ``@`` stands for it.
USES = (
    "!@",
    "-@",
    "@ ? 1 : 2",
    "@[*]",
    "@.*",
    "@[*].a",
    "@.*.a",
    "@[*][0]",
    "@.*[0]",
    "[for x in @ : x]",
    "[for k, x in @ : [k, x]]",
    "{ for k, x in @ : k => x }",
    "{ for k, x in @ : x => k... }",
    "@[0]",
    '@["a"]',
    "@.a",
    "@[-1]",
    "@[0.5]",
    '@["0"]',
    "@[null]",
    "@[true]",
    "@.0",
    '"x${@}"',
    '"${@}"',
    "tolist(@)",
    "toset(@)",
    "tomap(@)",
    "tostring(@)",
    "tonumber(@)",
    "tobool(@)",
    "[for x in @ : x if x]",
    '"%{ for x in @ }<${x}>%{ endfor }"',
    '"%{ if @ }y%{ else }n%{ endif }"',
    "[@...]",
    "concat(@...)",
    "length(@)",
    "@ == null",
    "[@] == [null]",
    "try(@.a, @[0], 7)",
)
#: Ways to use two; ``@`` and ``#`` stand for them.
PAIRS = (
    "true ? @ : #",
    "false ? @ : #",
    "tolist([@, #])",
    "toset([@, #])",
    "tomap({ a = @, b = # })",
    "@ == #",
    "@ != #",
    "{ (@) = # }",
    "[@][#]",
)


def systematic(dice: random.Random, count: int) -> list[str]:
    """Every use of every value, and *count* of the combinations of two."""
    out = [use.replace("@", value) for use in USES for value in VALUES]
    pairs = [
        f"{a} {op} {b}" for op in OPERATORS for a, b in itertools.product(PRIMITIVES, repeat=2)
    ]
    out += dice.sample(pairs, count // 2)
    for _ in range(count - count // 2):
        left, right = dice.choice(VALUES), dice.choice(VALUES)
        out.append(dice.choice(PAIRS).replace("@", left).replace("#", right))
    return out


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


class Variables:
    """Makes type constraints and defaults that more or less fit."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.pick = dice.choice

    def many(self, count: int) -> list[str]:
        """The bodies of *count* different variable blocks."""
        found: dict[str, None] = {}
        while len(found) < count:
            kind = self.kind(3)
            nullable = "  nullable = false\n" if self.dice.random() < 0.15 else ""
            found[f"  type = {kind}\n{nullable}  default = {self.fitting(kind)}\n"] = None
        return list(found)

    def kind(self, depth: int) -> str:
        """A type constraint."""
        if depth <= 0 or self.dice.random() < 0.35:
            return self.pick(("string", "number", "bool", "any", "string", "number"))
        choice = self.pick(("list", "set", "map", "tuple", "object", "object"))
        if choice == "tuple":
            parts = ", ".join(self.kind(depth - 1) for _ in range(self.dice.randrange(3)))
            return f"tuple([{parts}])"
        if choice == "object":
            names = self.dice.sample("abc", self.dice.randrange(1, 4))
            return (
                f"object({{ {', '.join(f'{n} = {self._attribute(depth - 1)}' for n in names)} }})"
            )
        return f"{choice}({self.kind(depth - 1)})"

    def _attribute(self, depth: int) -> str:
        kind = self.kind(depth)
        return self.pick((kind, f"optional({kind})", f"optional({kind}, {self.value(1)})"))

    def value(self, depth: int) -> str:
        """Any constant."""
        if depth <= 0 or self.dice.random() < 0.35:
            return self.pick(("1", '"1"', '"x"', "true", '"true"', "null", "1.5", '"a"', "0"))
        if self.dice.random() < 0.4:
            return f"[{', '.join(self.value(depth - 1) for _ in range(self.dice.randrange(3)))}]"
        names = self.dice.sample("abcd", self.dice.randrange(4))
        return f"{{ {', '.join(f'{n} = {self.value(depth - 1)}' for n in names)} }}"

    def fitting(self, kind: str) -> str:
        """A constant that mostly suits a type constraint."""
        if self.dice.random() < 0.07 or kind == "any":
            return self.value(1)
        simple = {
            "string": ('"a"', '"b"', "1", "true", "null", '"1"'),
            "number": ("1", "2.5", '"3"', "null", "0"),
            "bool": ("true", '"false"', "null"),
        }
        if kind in simple:
            return self.pick(simple[kind])
        word, inner = kind.split("(", 1)
        inner = inner[:-1]
        if word in ("list", "set"):
            return f"[{', '.join(self.fitting(inner) for _ in range(self.dice.randrange(4)))}]"
        if word == "map":
            names = self.dice.sample("xyz", self.dice.randrange(3))
            return f"{{ {', '.join(f'{n} = {self.fitting(inner)}' for n in names)} }}"
        if word == "tuple":
            return f"[{', '.join(map(self.fitting, split(inner[1:-1])))}]"
        out = []
        for part in split(inner[1:-1]):
            name, _, wanted = part.partition(" = ")
            if wanted.startswith("optional("):
                if self.dice.random() < 0.4:
                    continue
                wanted = split(wanted[9:-1])[0]
            out.append(f"{name} = {self.fitting(wanted)}")
        if self.dice.random() < 0.2:
            out.append("extra = 1")
        return f"{{ {', '.join(out)} }}"


def split(text: str) -> list[str]:
    """The parts of a list, at commas that are in no brackets."""
    out, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and not depth:
            out.append(text[start:at].strip())
            start = at + 1
    return [part for part in (*out, text[start:].strip()) if part]


#: A configuration with values that are known after apply, sensitive or ephemeral.
UNKNOWNS = """\
variable "us" { type = string }
variable "un" { type = number }
variable "ub" { type = bool }
variable "ul" { type = list(string) }
variable "um" { type = map(number) }
variable "uo" { type = object({ a = string, b = number }) }
variable "ud" { type = any }
variable "s" {
  sensitive = true
  default   = "hunter2"
}
variable "sb" {
  type      = bool
  sensitive = true
  default   = true
}
variable "sl" {
  type      = list(string)
  sensitive = true
  default   = ["a", "b"]
}
variable "e" {
  ephemeral = true
  default   = "passing"
}
locals {
  mix  = { a = var.s, b = var.us, c = 1, d = [var.s, "p"] }
  list = tolist([var.s, "p"])
  map  = tomap({ x = var.s, y = "p" })
  part = tolist([var.us, "p"])
}
"""
NOT_PLAIN = (
    "var.us",
    "var.un",
    "var.ub",
    "var.ul",
    "var.um",
    "var.uo",
    "var.ud",
    "var.s",
    "var.sb",
    "var.sl",
    "var.e",
    "local.mix",
    "local.list",
    "local.map",
    "local.part",
)
NOT_PLAIN_USES = (
    *USES,
    "@",
    "type(@)",
    "[@]",
    "{ k = @ }",
    "[for x in [1, 2] : @]",
    "true ? @ : null",
    'var.ub ? @ : "x"',
    "var.sb ? @ : null",
    "var.sb ? 1 : @",
    "@ && true",
    "@ || true",
    "@ < 2",
    '@ == "a"',
    "@ != 1",
    "@ == @",
    'tolist([@, "a"])',
    "issensitive(@)",
    "nonsensitive(@)",
    "sensitive(@)",
    "can(@)",
    "jsonencode(@)",
    "[1, 2][@]",
    "{ a = 1 }[@]",
    '[@] == ["a"]',
    "type(@[*])",
    "type([for x in @ : x])",
    'type(var.ub ? @ : "x")',
    "type(tolist([@]))",
)


def not_plain(dice: random.Random, count: int) -> list[str]:
    """Uses of unknown and marked values, and *count* nested expressions that hold some."""
    out = [
        use.replace("@", value)
        for use in NOT_PLAIN_USES
        for value in NOT_PLAIN
        if use not in ("toset(@)", "tomap(@)")
    ]
    for text in Grammar(dice).many(count, longest=120):
        parts = re.split(r"(\b\d+\b|true|false|\[1, 2, 3\]|\{ a = 1 \})", text)
        places = range(1, len(parts), 2)
        for place in dice.sample(places, min(len(places), 2)):
            parts[place] = dice.choice(NOT_PLAIN)
        mixed = "".join(parts)
        if "toset" not in mixed and not re.search(r"[.\w]var\.|[.\w]local\.|\bvar\.\w+ =", mixed):
            out.append(mixed)
    return out


def sections(seed: int, size: int) -> dict[str, Sequence[str]]:
    """Texts by kind; *size* is about how many of each."""
    dice = random.Random(seed)  # the same seed must give the same texts
    return {
        "expressions": [*systematic(dice, size), *Grammar(dice).many(size)],
        "templates": Templates(dice).many(size),
        "variables": Variables(dice).many(size // 2),
        "unknowns": not_plain(dice, size // 4),
    }
