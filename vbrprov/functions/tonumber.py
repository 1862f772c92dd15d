"""tonumber(v): a value as a number."""

from __future__ import annotations

from vbrprov.functions._conversion import conversion
from vbrprov.values import NUMBER

FUNCTION = conversion(
    "tonumber", NUMBER, "Convert a string of decimal digits to a number.", 'tonumber("1.5")',
)
