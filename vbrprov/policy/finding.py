"""Finding dialects and formats, by file name, without importing what is not asked for.

A dialect is a module in the folder ``dialects`` of a package whose name begins with ``vbrprov_``:
``vbrprov_s3/dialects/minio.py`` is the vendor ``minio``.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from functools import cache
from pathlib import Path

from vbrprov.policy import formats
from vbrprov.sdk import PolicyDialect, PolicyFormat

_PACKAGES = "vbrprov_"


def _folders() -> list[str]:
    """Where packages may lie: never in the working folder, which a stranger may have filled."""
    here = Path.cwd().resolve()
    return [path for path in sys.path if path and Path(path).resolve() != here]


@cache
def _dialects() -> dict[str, str]:
    """Vendor -> module, of every package that has dialects."""
    found: dict[str, str] = {}
    for package in sorted({m.name for m in pkgutil.iter_modules(_folders())
                           if m.ispkg and m.name.startswith(_PACKAGES)}):
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for module in pkgutil.iter_modules([str(Path(place) / "dialects")]):
                if not module.name.startswith("_"):
                    full = f"{package}.dialects.{module.name}"
                    if module.name in found:
                        raise TypeError(f"{full} and {found[module.name]} are one vendor. "
                                        "This is a bug in vbrprov.")
                    found[module.name] = full
    return found


def vendors() -> tuple[str, ...]:
    """All vendors; imports no dialect."""
    return tuple(sorted(_dialects()))


@cache
def dialect(vendor: str) -> PolicyDialect:
    """The dialect of *vendor*, which is one of ``vendors``."""
    module = importlib.import_module(_dialects()[vendor])
    for value in vars(module).values():
        if (isinstance(value, type) and issubclass(value, PolicyDialect)
                and value.__module__ == module.__name__ and value.vendor == vendor):
            return value()
    raise TypeError(f"{module.__name__} defines no dialect for {vendor}. This is a bug in vbrprov.")


def format_names() -> tuple[str, ...]:
    """All formats; imports none."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(formats.__path__)
                        if not module.name.startswith("_")))


@cache
def format_named(name: str) -> PolicyFormat:
    """The format *name*, which is one of ``format_names``."""
    found: PolicyFormat = importlib.import_module(f"{formats.__name__}.{name}").FORMAT
    return found
