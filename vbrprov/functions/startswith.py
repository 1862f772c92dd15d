"""startswith(str, prefix): whether a string begins with another."""

from __future__ import annotations

from vbrprov.sdk import Function, Param


def _startswith(value: str, prefix: str) -> bool:
    return value.startswith(prefix)


FUNCTION = Function(
    name="startswith", group="text", doc="Tell whether a string begins with a prefix.",
    params=(Param("str", str, "The string."), Param("prefix", str, "The prefix to look for.")),
    returns=bool, impl=_startswith, example='startswith("hello world", "hello")',
)
