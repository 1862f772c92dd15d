"""Every use of every sort of value, one operator or form at a time."""

from __future__ import annotations

import itertools
import random

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
