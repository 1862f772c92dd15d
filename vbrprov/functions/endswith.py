"""endswith(str, suffix): whether a string ends with another."""

from __future__ import annotations

from vbrprov.sdk import Function, Param


def _endswith(value: str, suffix: str) -> bool:
    return value.endswith(suffix)


FUNCTION = Function(
    name="endswith", group="text", doc="Tell whether a string ends with a suffix.",
    params=(Param("str", str, "The string."), Param("suffix", str, "The suffix to look for.")),
    returns=bool, impl=_endswith, example='endswith("hello world", "world")',
)
