"""strcontains(str, substr): whether a string holds another."""

from __future__ import annotations

from vbrprov.sdk import Function, Param


def _strcontains(value: str, part: str) -> bool:
    return part in value


FUNCTION = Function(
    name="strcontains", group="text", doc="Tell whether a string holds another one.",
    params=(Param("str", str, "The string."), Param("substr", str, "The string to look for.")),
    returns=bool, impl=_strcontains, example='strcontains("hello", "llo")',
)
