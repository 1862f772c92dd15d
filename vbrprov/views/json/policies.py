"""Permission policies for programs: explanations, findings, differences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from vbrprov.policy.check import Finding
from vbrprov.policy.iam.compare import Difference, Grant, Part
from vbrprov.policy.overview import Standing
from vbrprov.policy.rendering import Rendered


def _printed(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def explanation_json(rendered: Rendered) -> str:
    """Each permission: what it is for, and who asks for it."""
    return _printed([{
        "action": each.action, "spelling": list(each.spelling), "why": each.why,
        "set": each.permission_set, "sources": list(each.sources)} for each in rendered.explain()])


def findings_json(found: Sequence[Finding]) -> str:
    """The faults of a policy."""
    return _printed([{
        "kind": f.kind.value, "actions": list(f.actions), "detail": f.detail,
        "statements": [{
            "number": s.number, "sid": s.sid, "place": None if s.place is None else {
                "filename": s.place.filename, "line": s.place.start.line,
                "column": s.place.start.column}} for s in f.statements]} for f in found])


def overview_json(found: Sequence[Standing]) -> str:
    """For which purposes a policy is enough, and what it lacks for the others."""
    return _printed([{
        "purpose": s.purpose, "immutability": s.immutability, "enough": not s.lacks,
        "lacks": list(dict.fromkeys(a for fault in s.lacks for a in fault.actions))}
        for s in found])


def difference_json(found: Difference) -> str:
    """What one policy says and the other does not."""
    return _printed({"same": found.same, "removed": list(map(_grant, found.removed)),
                     "added": list(map(_grant, found.added))})


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "effect": "Allow" if grant.allow else "Deny", "action": _part(grant.action),
        "resource": _part(grant.resource),
        "principal": None if grant.principal is None else _part(grant.principal),
        "conditions": [{"operator": operator, "key": key, "values": sorted(values)}
                       for operator, key, values in sorted(
                           grant.conditions, key=lambda c: (c[0], c[1]))]}


def _part(part: Part) -> dict[str, Any]:
    return {"patterns": sorted(part.patterns), "negated": part.negated}
