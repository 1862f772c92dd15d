"""Arguments of functions by what they mean: plausible ones, and the edges of each kind."""

from __future__ import annotations

import json
import random
from pathlib import Path

from grammar import Grammar

#: Texts by kind; those of ``KIND-edge`` come along now and then.
POOLS: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("arguments.json").read_text(encoding="utf-8"))
#: How often an edge of the kind, a value of any other kind, or a nested expression is taken.
EDGE, ODD, NESTED = 0.13, 0.02, 0.1
ANYTHING = ("null", "[]", "{}", '"x"', "1", "true", "[1]", '{ a = 1 }', 'sensitive("x")',
            "tolist([])", "tostring(null)")


class Arguments:
    """Draws texts of arguments."""

    def __init__(self, dice: random.Random, *, odd: float = ODD) -> None:
        self.dice = dice
        self.grammar = Grammar(dice)
        self.odd = odd

    def one(self, kind: str) -> str:
        """An argument of a kind of ``POOLS``, or of ``any``."""
        chance = self.dice.random()
        if chance < self.odd:
            return self.dice.choice(ANYTHING)
        if kind == "any":
            kind = self.dice.choice(("num", "str", "bool", "list", "map", "set", "strs"))
        if chance < self.odd + NESTED:
            nested = self._nested(kind)
            if nested:
                return nested
        edges = POOLS.get(f"{kind}-edge")
        pool = edges if edges and self.dice.random() < EDGE else POOLS[kind]
        text = self.dice.choice(pool)
        return f"sensitive({text})" if self.dice.random() < 0.02 else text

    def _nested(self, kind: str) -> str:
        grammar = self.grammar
        made = {"num": grammar.number, "str": grammar.text, "bool": grammar.truth,
                "list": grammar.sequence, "map": grammar.mapping, "strs": grammar.sequence,
                "set": grammar.sequence}.get(kind)
        return "" if made is None else made(self.dice.choice((1, 1, 2)))
