"""Guardrails for machines."""

from __future__ import annotations

import textwrap
from typing import Any

from vbrprov.sdk.rule import Rule


def rule_json(rule: Rule) -> dict[str, Any]:
    """One rule; texts without their indentation."""
    return {
        "id": rule.rule_id, "severity": str(rule.severity), "phases": list(rule.phases),
        "summary": rule.summary, "why": textwrap.dedent(rule.why).strip(), "hint": rule.hint,
        "source": rule.source, "bad": textwrap.dedent(rule.bad).strip("\n"),
        "good": textwrap.dedent(rule.good).strip("\n"),
    }
