"""toset(v): a value as a set."""

from __future__ import annotations

from vbrprov.functions._conversion import conversion
from vbrprov.values import DYNAMIC, SetT

FUNCTION = conversion(
    "toset", SetT(DYNAMIC),
    "Convert a tuple or list to a set: no order, no repetitions, elements of one type.",
    'toset(["b", "a", "b"])',
)
