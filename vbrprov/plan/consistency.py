"""Final values against planned ones."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.plan.model import Change
from vbrprov.values import Spent, Value, bare, equal, is_wholly_known, unmark_deep


def inconsistent(change: Change, final: Mapping[str, Value]) -> str:
    """What differs between the plan and the values worked out just before applying, or nothing.

    Only what the plan showed as known must stay: all else was announced as known after apply.
    """
    for name, planned in (change.after or {}).items():
        if not is_wholly_known(planned) or isinstance(bare(planned), Spent) or name not in final:
            continue
        now = final[name]
        if not is_wholly_known(now):
            continue
        if not equal(unmark_deep(planned)[0], unmark_deep(now)[0]):
            return (f'The value of "{name}" of {change.address} is not what the plan showed. '
                    "Something that it is computed from changed in between. Make a new plan.")
    return ""
