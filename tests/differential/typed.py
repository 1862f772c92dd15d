"""Expressions of a wanted kind from the names that are in reach, so that most of them are right."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

#: Kinds: a number, a string, a bool, a list or tuple of strings, a map of strings, an object with
#: ``name``, ``size`` and ``tags``.
KINDS = ("num", "str", "bool", "list", "map", "obj")
Make = Callable[[int], str]


class Names:
    """What may be referred to, by kind."""

    def __init__(self) -> None:
        self.by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}

    def add(self, kind: str, text: str) -> None:
        """One more reference."""
        self.by_kind[kind].append(text)

    def with_extra(self, **extra: Sequence[str]) -> Names:
        """These and some more."""
        made = Names()
        made.by_kind = {kind: [*found, *extra.get(kind, ())]
                        for kind, found in self.by_kind.items()}
        return made


class Typed:
    """Draws expressions; ``loose`` is the share of parts of any kind at all."""

    def __init__(self, dice: random.Random, names: Names, loose: float = 0.003) -> None:
        self.dice = dice
        self.names = names
        self.loose = loose

    def any(self, depth: int = 2) -> str:
        """An expression of some kind."""
        return self.one(self.dice.choice(KINDS), depth)

    def one(self, kind: str, depth: int = 2) -> str:
        """An expression of a kind."""
        if self.dice.random() < self.loose:
            return self.dice.choice(("null", "[]", "{}", '"x"', "1", "true", '["a", 1]', "1 / 3"))
        known = self.names.by_kind[kind]
        chance = self.dice.random()
        if known and chance < 0.4:
            return self.dice.choice(known)
        if depth <= 0 or chance < 0.5:
            return self._plain(kind)
        made: Make = getattr(self, f"_{kind}")
        return made(depth - 1)

    def _plain(self, kind: str) -> str:
        plain = {
            "num": ("0", "1", "2", "3.5", "-4", "10", "1e3", "12345678901234567890"),
            "str": ('"a"', '"b c"', '"é"', '""', '"x-1"', '"日本"', '"true"', '"7"', '"a\\"b"'),
            "bool": ("true", "false"),
            "list": ('["a", "b"]', '["q"]', "[]", 'tolist(["x", "y", "x"])', 'toset(["n", "m"])'),
            "map": ('{ a = "1", b = "2" }', "{}", '{ k = "v" }', 'tomap({ x = "y" })'),
            "obj": ('{ name = "n", size = 1, tags = ["t"] }',
                    '{ name = "m", size = 2, tags = [] }'),
        }
        return self.dice.choice(plain[kind])

    def _pick(self, *ways: Callable[[], str]) -> str:
        return self.dice.choice(ways)()

    def _num(self, down: int) -> str:
        one = self.one
        return self._pick(
            # Adding nothing makes Terraform's negative zero an ordinary one.
            lambda: f"({one('num', down)} {self.dice.choice('+-*')} {one('num', down)} + 0)",
            lambda: f"length({one(self.dice.choice(('list', 'map', 'str')), down)})",
            lambda: f"({one('bool', down)} ? {one('num', down)} : {one('num', down)})",
            lambda: f"max({one('num', down)}, {one('num', down)})",
            lambda: f"{one('obj', 0)}.size" if self.names.by_kind["obj"] else "4",
            lambda: f"try(tonumber({one('str', down)}), {one('num', 0)})",
            lambda: f"sum([for x in {one('list', down)} : length(x)]...)"
            if self.dice.random() < 0.02 else f"(-{self._plain('num')} + 0)",
            lambda: f"(ceil({one('num', down)}) + 0)",
        )

    def _str(self, down: int) -> str:
        one = self.one
        return self._pick(
            lambda: f'"{self._word()}${{{one("str", down)}}}-${{{one("num", down)}}}"',
            lambda: f"upper({one('str', down)})",
            lambda: f'join("{self.dice.choice(",-")}", {one("list", down)})',
            lambda: f"({one('bool', down)} ? {one('str', down)} : {one('str', down)})",
            # A null of no type makes a format unknown for ever with Terraform; these are errors.
            lambda: f'format("%s/%v", "${{{one("str", down)}}}.", {one("num", down)} + 0)',
            lambda: f'"%{{ if {one("bool", down)} }}{self._word()}%{{ else }}n%{{ endif }}"',
            lambda: f'"%{{ for x in {one("list", down)} ~}} <${{x}}> %{{ endfor ~}}"',
            lambda: f"(<<-EOT\n    {self._word()} ${{{one('str', 0)}}}\n      b\n    EOT\n)",
            lambda: f"jsonencode({self.any(down)})",
            lambda: f'lookup({one("map", down)}, "a", {one("str", down)})',
            lambda: f"substr({one('str', down)}, 0, 3)",
            lambda: f"try({one('map', down)}.k, {one('str', down)})",
            lambda: f"sha256({one('str', down)})",
            lambda: f"tostring({one('num', down)})",
        )

    def _word(self) -> str:
        return self.dice.choice(("a", "w-", "", "$${x} ", "é", "# "))

    def _bool(self, down: int) -> str:
        one = self.one
        return self._pick(
            lambda: f"{one('num', down)} {self.dice.choice(('<', '>=', '==', '!='))} "
                    f"{one('num', down)}",
            lambda: f"({one('str', down)} == {one('str', down)})",
            lambda: f"!({one('bool', down)})",
            lambda: f"({one('bool', down)} {self.dice.choice(('&&', '||'))} {one('bool', down)})",
            lambda: f"contains({one('list', down)}, {one('str', down)})",
            lambda: f"can(tonumber({one('str', 0)}))",
            lambda: f"alltrue([for x in {one('list', down)} : x != {one('str', down)}])",
        )

    def _list(self, down: int) -> str:
        one = self.one
        inner = Typed(self.dice, self.names.with_extra(str=("x", "x")), self.loose)
        return self._pick(
            lambda: f"[{one('str', down)}, {one('str', down)}]",
            lambda: f"[for x in {one('list', down)} : {inner.one('str', down)}]",
            lambda: f"[for x in {one('list', down)} : x if {inner.one('bool', down)}]",
            lambda: f'split(",", {one("str", down)})',
            lambda: f"concat(tolist({one('list', down)}), [{one('str', down)}])",
            lambda: f"keys({one('map', down)})",
            lambda: f"values({one('map', down)})",
            lambda: f"sort({one('list', down)})",
            lambda: f"distinct(tolist({one('list', down)}))",
            lambda: f"[for x in [{one('obj', down)}, {one('obj', down)}] : x.name]",
            lambda: f"[{one('obj', down)}, {one('obj', down)}][*].name",
            lambda: f"flatten([{one('list', down)}, [[{one('str', down)}]]])",
            lambda: f"{one('str', down)}[*]",
        )

    def _map(self, down: int) -> str:
        one = self.one
        inner = Typed(self.dice, self.names.with_extra(str=("x", "x")), self.loose)
        return self._pick(
            lambda: f"{{ a = {one('str', down)}, (\"k${{1}}\") = {one('str', down)} }}",
            lambda: f"{{ for x in distinct(tolist({one('list', down)})) : "
                    f"x => {inner.one('str', down)} }}",
            lambda: f"{{ for k, x in {one('map', down)} : upper(k) => {inner.one('str', down)} }}",
            lambda: f"merge({one('map', down)}, {one('map', down)})",
            lambda: f"tomap({one('map', down)})",
            lambda: f"({one('bool', down)} ? {one('map', 0)} : {one('map', 0)})",
        )

    def _obj(self, down: int) -> str:
        one = self.one
        made = (f"{{ name = {one('str', down)}, size = {one('num', down)}, "
                f"tags = {one('list', down)} }}")
        return self._pick(
            lambda: made,
            lambda: made,
            lambda: f"merge({made}, {{ name = {one('str', down)} }})",
            lambda: f"jsondecode(jsonencode({made}))",
            lambda: f"[{made}, {made}][{self.dice.choice('01')}]",
        )
