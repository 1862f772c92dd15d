"""pathexpand(path): a path with the home folder put in."""

from __future__ import annotations

from vbrprov.functions._files import expanded, slashed
from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param


def _pathexpand(path: str) -> str:
    return text(slashed(expanded(path)))


FUNCTION = Function(
    name="pathexpand", group="file",
    doc="Replace a leading `~` by the home folder of the current user.",
    params=(Param("path", str, "The path."),),
    returns=str, impl=_pathexpand, example='pathexpand("/etc/hosts")',
)
