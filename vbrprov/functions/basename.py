"""basename(path): the last part of a path."""

from __future__ import annotations

from vbrprov.functions._files import slashed
from vbrprov.sdk import Function, Param


def _basename(path: str) -> str:
    if not path:
        return "."
    return slashed(path).rstrip("/").rpartition("/")[2] or "/"


FUNCTION = Function(
    name="basename", group="file", doc="Return the last part of a path.",
    params=(Param("path", str, "The path."),),
    returns=str, impl=_basename, example='basename("foo/bar/baz.txt")',
)
