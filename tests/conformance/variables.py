"""Variables with type constraints and defaults."""

from __future__ import annotations

import random


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
