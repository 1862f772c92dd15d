"""Small worlds for guardrail tests: plain data as instance facts, and the projection of all types.

In data, the string ``(known after apply)`` stands for a value that is not known yet, ``(null)``
for null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import vbrprov_veeam
from vbrprov.addrs import parse_address
from vbrprov.diag import Diagnostics, Pos, SourceRange
from vbrprov.rules import discover, judge
from vbrprov.sdk import Attestation, Finding, InstanceFacts, Phase, Rule, Suppression, View
from vbrprov.values import NULL, STRING, Unknown, Value
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov_s3.views import bucket_view
from vbrprov_veeam.views import views as veeam_views

TODAY = date(2026, 6, 1)
UNKNOWN = "(known after apply)"
NOTHING = "(null)"
FAMILIES = {"aws_s3_bucket": "amazon", "s3_bucket": "s3c"}
LINES_EACH = 100


def value(data: Any) -> Value:
    """Plain data as a value of the language."""
    if data == UNKNOWN:
        return Unknown(STRING)
    if isinstance(data, Mapping):
        return {name: value(inner) for name, inner in data.items()}
    if isinstance(data, (list, tuple)):
        return tuple(value(inner) for inner in data)
    return NULL if data is None or data == NOTHING else data


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """*above* on *below*, blocks merged."""
    out = dict(below)
    for name, inner in above.items():
        known = out.get(name)
        out[name] = overlay(known, inner) if isinstance(inner, Mapping) and isinstance(
            known, Mapping) else inner
    return out


def line(number: int, name: str = "main.vbr.hcl") -> SourceRange:
    """One line of a file."""
    return SourceRange(name, Pos(number, 1, 0), Pos(number, 80, 79))


def _paths(data: Any, path: str) -> Iterable[str]:
    if path:
        yield path
    if isinstance(data, Mapping):
        for name, inner in data.items():
            yield from _paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(data, (list, tuple)):
        for index, inner in enumerate(data):
            yield from _paths(inner, f"{path}[{index}]")


def instance(address: str, spec: Mapping[str, Any], number: int = 0,
             phase: str = "plan") -> InstanceFacts:
    """The facts of one instance.

    *spec* holds ``config`` and, where they matter, ``live``, ``prior``, ``planned``, ``action``,
    ``references``, ``attest`` and ``ignore``. Planned is configuration laid over live.
    """
    parsed = parse_address(address)
    config, live = spec.get("config", {}), spec.get("live")
    planned = spec.get("planned", overlay(live or {}, config))
    action = spec.get("action") or ("create" if live is None else "update" if any(
        planned.get(name) != live.get(name) for name in planned) else "no-op")
    if parsed.mode == "data":
        action, planned = "read", overlay(config, live or {})
    if action in ("delete", "forget"):
        planned = None
    changed = {name for name in planned or {} if planned.get(name) != (live or {}).get(name)}
    first = number * LINES_EACH + 1
    ranges = {path: line(first + i) for i, path in enumerate(_paths(config, ""), 1)}
    return InstanceFacts(
        address, parsed.type_name, parsed.mode, action,
        None if planned is None else value(planned),
        None if live is None or phase == "static" else value(live), value(config), ranges,
        line(first), {k: frozenset(v) for k, v in spec.get("references", {}).items()},
        frozenset(changed) if action in ("update", "replace") else frozenset(),
        value(spec["prior"]) if "prior" in spec else None,
        tuple(Attestation(a["rule"], a["reason"], date.fromisoformat(a["expires"]),
                          line(first + 90 + i)) for i, a in enumerate(spec.get("attest", ()))),
        tuple(Suppression(s["rule"], s.get("reason", ""), line(first + 80 + i))
              for i, s in enumerate(spec.get("ignore", ()))),
        phase)


def world(specs: Mapping[str, Mapping[str, Any]], phase: str = "plan") -> list[InstanceFacts]:
    """The facts of several instances by address."""
    return [instance(address, spec, i, phase) for i, (address, spec) in enumerate(specs.items())]


def project(facts: InstanceFacts) -> Iterable[View]:
    """The views of an instance of any type that these tests know."""
    found = _type(facts.type_name, facts.mode)
    if found is not None:
        return found.views(facts)
    if facts.type_name in FAMILIES:
        return bucket_view(facts, FAMILIES[facts.type_name])
    return veeam_views(facts)


@cache
def _type(type_name: str, mode: str) -> Any:
    """The type itself, where there is one."""
    registry = ProviderRegistry()
    find = registry.data_source if mode == "data" else registry.resource_type
    return find(type_name.partition("_")[0], type_name)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the product."""
    return discover([vbrprov_veeam.PROVIDER])


def rules(*ids: str) -> tuple[Rule, ...]:
    """Some rules by id; all without any."""
    return tuple(rule for rule in all_rules() if not ids or rule.rule_id in ids)


def run(specs: Mapping[str, Mapping[str, Any]], *ids: str, phase: Phase = "plan",
        **more: Any) -> tuple[list[Finding], Diagnostics]:
    """Judge a world with some rules."""
    return judge(world(specs, phase), project, rules(*ids), phase=phase, today=TODAY, **more)


def shown(findings: Iterable[Finding]) -> list[str]:
    """Findings in short: verdict, severity, address, place."""
    return [f"{f.verdict.value} {f.severity.value} {f.address} {f.at}".rstrip()
            + (" repaired" if f.repaired else "") for f in findings]
