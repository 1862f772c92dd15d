"""Guardrails over a plan."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Change, Plan
from vbrprov.values import Value


class Guard:
    """Runs the rules of the providers in use. (Wired to the engine below.)"""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def judge(self, plan: Plan, diags: Diagnostics, *, phase: str) -> None:
        """Judge the end state of a plan."""

    def gate(self, change: Change, values: Mapping[str, Value], diags: Diagnostics) -> bool:
        """Judge once more, just before the first step of an instance."""
        return True
