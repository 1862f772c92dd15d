"""tolist(v): a value as a list."""

from __future__ import annotations

from vbrprov.functions._conversion import conversion
from vbrprov.values import DYNAMIC, ListT

FUNCTION = conversion(
    "tolist", ListT(DYNAMIC),
    "Convert a tuple or set to a list; all elements become values of one type.",
    'tolist(["a", "b", 3])',
)
