"""abspath(path): a path from the root of the file system."""

from __future__ import annotations

import os
from pathlib import Path

from vbrprov.functions._files import slashed
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionContext, Param


def _abspath(context: FunctionContext, path: str) -> str:
    found = slashed(os.path.abspath(Path(context.base_dir, path)))  # links stay
    # POSIX lets two slashes in front mean something of their own; Go does not.
    return text(found.removeprefix("/") if found.startswith("//") and os.sep == "/" else found)


FUNCTION = Function(
    name="abspath", group="file",
    doc="Make a path absolute; `.` and `..` are resolved, links are not, nothing need exist there.",
    params=(Param("path", str, "The path."),),
    returns=str, impl=_abspath, needs_context=True, example='abspath("modules/../main")',
)
