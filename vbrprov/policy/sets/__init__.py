"""Sets of permissions as Veeam's documentation prints them, one a file.

A file's name is that of its set in lower case, with underscores. Only the order is ours.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import msgspec

from vbrprov.policy.catalogue import describe
from vbrprov.sdk import Need

GUIDE = "https://helpcenter.veeam.com/docs/vbr/userguide/"
CLOUD_CONNECT = "https://helpcenter.veeam.com/docs/vbr/cloud/"


class PermissionSet(msgspec.Struct, frozen=True):
    """Actions that one place of the documentation asks for together."""

    name: str
    doc: str
    source: str
    actions: tuple[str, ...]


def named(prefix: str, names: str) -> tuple[str, ...]:
    """Actions of one service, from names with blanks between them."""
    return tuple(prefix + name for name in names.split())


def names() -> list[str]:
    """The names of all sets."""
    return sorted(m.name.upper().replace("_", "-") for m in pkgutil.iter_modules(__path__))


@cache
def find(name: str) -> PermissionSet:
    """The set *name*, such as ``S3-BASE``."""
    module = importlib.import_module(f"{__name__}.{name.lower().replace('-', '_')}")
    found: PermissionSet = module.SET
    return found


def needs(name: str) -> list[Need]:
    """The permissions of the set *name*, each with why it is needed."""
    chosen = find(name)
    out = []
    for action in chosen.actions:
        level, why, source = describe(action)
        out.append(Need(action, level, why, name, (chosen.source, source)))
    return out
