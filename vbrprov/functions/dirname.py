"""dirname(path): all but the last part of a path."""

from __future__ import annotations

import posixpath

from vbrprov.functions._files import slashed
from vbrprov.sdk import Function, Param


def _dirname(path: str) -> str:
    folder, slash, _ = slashed(path).rpartition("/")
    cleaned = posixpath.normpath(folder + slash)
    return "/" if cleaned == "//" else cleaned


FUNCTION = Function(
    name="dirname", group="file", doc="Return a path without its last part.",
    params=(Param("path", str, "The path."),),
    returns=str, impl=_dirname, example='dirname("foo/bar/baz.txt")',
)
