"""Finding backends by file name: those of the core, then those that come with a provider."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from importlib.util import find_spec

from vbrprov.sdk.store import BackendType

#: Packages whose folder ``backends`` is searched, in order.
PACKAGES = ("vbrprov.state", "vbrprov_s3", "vbrprov_azure", "vbrprov_google")


def backend_type(kind: str) -> BackendType | None:
    """The backend with that label, imported now; ``None`` when there is none."""
    module = _modules().get(kind)
    if module is None:
        return None
    found: BackendType = importlib.import_module(module).BACKEND
    return found


def backend_names() -> list[str]:
    """The labels of all backends, ``local`` among them."""
    return sorted({"local", *_modules()})


def _modules() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for package in PACKAGES:
        folder = f"{package}.backends"
        spec = find_spec(folder) if find_spec(package) is not None else None
        if spec is None or spec.submodule_search_locations is None:
            continue
        for module in pkgutil.iter_modules(spec.submodule_search_locations):
            if not module.name.startswith(("_", "local")):
                found.setdefault(module.name, f"{folder}.{module.name}")
    return found
