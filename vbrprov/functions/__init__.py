"""The functions of the language, one module each.

A module ``NAME.py`` defines ``FUNCTION``, whose name is ``NAME``; modules that start with an
underscore hold what several functions share. Not here: how a call is evaluated (``evaluate``).
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from vbrprov.sdk import Function

#: Other names of functions, kept here so that finding one imports nothing else.
_ALIASES: dict[str, str] = {}


@cache
def _known() -> frozenset[str]:
    return frozenset(
        module.name for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_")
    )


def names() -> list[str]:
    """The names of all functions, sorted; imports none of them."""
    return sorted(_known())


@cache
def find(name: str) -> Function | None:
    """The function called *name* (``core::`` in front is allowed), or ``None``."""
    bare = name.removeprefix("core::")
    bare = _ALIASES.get(bare, bare)
    if bare not in _known():
        return None
    function = importlib.import_module(f"{__name__}.{bare}").FUNCTION
    if not isinstance(function, Function):
        raise TypeError(f"{bare}.FUNCTION is not a Function")
    return function
