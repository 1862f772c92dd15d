"""What changed outside, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vbrprov.addrs import sort_key
from vbrprov.diag import Diagnostic, SourceFile
from vbrprov.plan.environment import Registry
from vbrprov.plan.model import Plan
from vbrprov.views.json.diagnostics import diagnostic_json
from vbrprov.views.json.plan import FORMAT_VERSION, change_json


def drift_json(plan: Plan, registry: Registry, items: Iterable[Diagnostic],
               sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    """``resource_drift`` as plans have it, empty where nothing changed, and remarks on the run."""
    return {
        "format_version": FORMAT_VERSION,
        "resource_drift": [change_json(change, registry) for change in sorted(
            plan.drift, key=lambda c: sort_key(c.address))],
        "diagnostics": [diagnostic_json(each, sources) for each in items],
    }
