"""tostring(v): a value as a string."""

from __future__ import annotations

from vbrprov.functions._conversion import conversion
from vbrprov.values import STRING

FUNCTION = conversion(
    "tostring", STRING, "Convert a number or bool to a string.", "tostring(1)",
)
