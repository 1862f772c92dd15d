"""tobool(v): a value as a bool."""

from __future__ import annotations

from vbrprov.functions._conversion import conversion
from vbrprov.values import BOOL

FUNCTION = conversion(
    "tobool", BOOL, 'Convert `"true"` or `"false"` to a bool.', 'tobool("true")',
)
