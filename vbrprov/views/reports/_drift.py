"""What changed outside, as findings for other programs."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.addrs import sort_key
from vbrprov.diag import Diagnostic, Severity
from vbrprov.plan.model import Action, Plan


def drift_diagnostics(plan: Plan) -> Iterator[Diagnostic]:
    """A warning for each object that is not as it was recorded; values are not in it."""
    for change in sorted(plan.drift, key=lambda c: sort_key(c.address)):
        if change.action is Action.DELETE:
            what = "does not exist any more"
        else:
            names = ", ".join(sorted(change.changed))
            what = f"has changed{f' ({names})' if names else ''}"
        where = next((c.facts.block_range for c in plan.changes
                      if c.address == change.address and c.facts is not None), None)
        yield Diagnostic(
            Severity.WARNING, "Changed outside of vbrprov",
            f"{change.address} {what} since it was recorded.", where, address=change.address,
            hint="Apply the configuration to change it back, or record it with: vbrprov apply "
                 "-refresh-only")
