"""tomap(v): a value as a map."""

from __future__ import annotations

from vbrprov.functions._conversion import conversion
from vbrprov.values import DYNAMIC, MapT

FUNCTION = conversion(
    "tomap", MapT(DYNAMIC), "Convert an object to a map; all elements become values of one type.",
    'tomap({ a = "x", b = 2 })',
)
