"""Pictures of a configuration's graph."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from vbrprov.addrs import config_address
from vbrprov.config import DiskFiles, StoredFiles, load
from vbrprov.graph import build_graph
from vbrprov.graph.analysis import (
    Picture,
    destroying,
    everything,
    mark_cycles,
    resources,
    with_destroys,
)
from vbrprov.syntax import parse_config
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.prepare import installed
from vbrprov.workflow.request import Request


def draw(request: Request, runtime: Surroundings, kind: str, *, plan_file: Path | None = None,
         cycles: bool = False) -> Picture | None:
    """The picture of *kind*: resources (empty), plan, plan-refresh-only, plan-destroy or apply.

    A circle is an error unless *cycles* are to be shown.
    """
    saved: Any = None
    files: DiskFiles | StoredFiles = DiskFiles()
    packages = installed(request, runtime.redactor)
    if plan_file is not None:
        from vbrprov.workflow.plan_file import read_plan
        from vbrprov.workflow.saved import packages_of

        saved = read_plan(plan_file, request, runtime)
        if saved is None:
            return None
        files = StoredFiles({p: base64.b64decode(b) for p, b in saved.files.items()})
        kind = kind or "apply"
        packages = packages_of(saved, request, runtime.redactor)
    root, found = load(request.directory, files, parse_config, packages)
    runtime.add_sources(root)
    runtime.diags.extend(found)
    if found.has_errors:
        return None
    graph, found = build_graph(root)
    runtime.diags.extend(d for d in found if not (cycles and d.summary in _CIRCLES))
    if runtime.diags.has_errors:
        return None
    if not kind:
        picture = resources(graph)
    elif kind == "plan-destroy":
        picture = destroying(graph)
    else:
        picture = everything(graph)
    if saved is not None and kind == "apply":
        shown = msgspec.json.decode(saved.json)
        planned = {c["address"]: list(c["change"]["actions"])
                   for c in shown["resource_changes"] if not c.get("deposed")}
        with_destroys(picture, planned, dict(_used(shown.get("prior_state", {}))),
                      {address: config_address(address) for address in planned})
    if cycles:
        mark_cycles(picture)
    return picture


#: How the graph reports that there is no order.
_CIRCLES = ("Cycle", "Self-referential block")


def _used(state: Any) -> Iterator[tuple[str, list[str]]]:
    """Address and dependencies of each recorded instance."""
    modules = [state.get("values", {}).get("root_module", {})]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules", [])
        for resource in module.get("resources", []):
            yield resource["address"], resource.get("depends_on", [])
