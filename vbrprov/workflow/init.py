"""Installing the modules that a configuration calls and that are not local."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from vbrprov.config import load
from vbrprov.secrets import Redactor
from vbrprov.syntax import parse_config
from vbrprov.workflow.packages.install import Installer
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.prepare import early_values
from vbrprov.workflow.request import Request


class Initialized(msgspec.Struct):
    """What ``init`` found and did: counts of packages, and whether there is a configuration."""

    packages: int = 0
    fetched: int = 0
    empty: bool = False


def init(request: Request, runtime: Surroundings, tell: Callable[[str], None], *,
         upgrade: bool = False, readonly: bool = False) -> Initialized:
    """Install what is missing; with *upgrade*, choose versions and contents anew.

    Every package is complete before it is put in its place, and recorded in the lock file right
    after that: whenever this ends, what is there can be used.
    """
    redactor: Redactor = runtime.redactor
    with Installer(request, early_values(request), redactor, tell=tell, upgrade=upgrade,
                   readonly=readonly) as installer:
        root, found = load(request.directory, request.files(), parse_config, installer)
        if not root.sources and [d.summary for d in found] == ["No configuration files"]:
            return Initialized(empty=True)
        runtime.diags.extend(found)
        runtime.add_sources(root)
        if not runtime.diags.has_errors:
            if upgrade:
                installer.drop_unused(runtime.diags)
            for module in root.walk():
                if module.path:
                    tell(f"- {'.'.join(module.path)} in {module.directory}")
    return Initialized(len(installer.used), len(installer.fetched))
