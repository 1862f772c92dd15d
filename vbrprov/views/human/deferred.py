"""What a plan leaves for the next one."""

from __future__ import annotations

from vbrprov.addrs import instance_address, sort_key
from vbrprov.plan.deferred import DeferredChange
from vbrprov.plan.model import Plan
from vbrprov.views.human.text import Style, safe


def deferred(plan: Plan, style: Style) -> str:
    """The section of a plan that says what waits, and for what; empty when nothing does."""
    if not plan.deferred:
        return ""
    lines = [style("\nNote: This is a partial plan. What is deferred is planned in the next "
                   "one.\n", "yellow", "bold")]
    for name, group in _groups(plan):
        lines.append(f"\n  # Deferred: {style(safe(name), 'bold')}: {safe(group[0].because)}\n")
        stay = len({change.address for item in group for change in item.kept})
        if stay:
            lines.append(f"  # ({_objects(stay)} until then)\n")
    without = ", without -target and -exclude" if plan.partial else ""
    lines.append(f"\nRun apply again afterwards{without}: it makes the next plan.\n")
    return "".join(lines)


def _groups(plan: Plan) -> list[tuple[str, list[DeferredChange]]]:
    """What waits, instances of one block that wait for the same thing together."""
    found: dict[tuple[str, str], list[DeferredChange]] = {}
    for item in plan.deferred:
        one = item.change
        block = item.name if one.key is None else instance_address(
            one.module, one.mode, one.type, one.name)
        found.setdefault((block, item.because), []).append(item)
    named = [(group[0].name if len(group) == 1 else block, group)
             for (block, _), group in found.items()]
    return sorted(named, key=lambda pair: sort_key(pair[0]))


def _objects(count: int) -> str:
    return "the recorded object stays as it is" if count == 1 else (
        f"the {count} recorded objects stay as they are")


def again(plan: Plan, name: str) -> str:
    """What to say after an apply that had to leave something out."""
    names = list(dict.fromkeys(name for name, _ in _groups(plan)))
    if not names:
        return ""
    shown = ", ".join(map(safe, names[:5])) + (f" and {len(names) - 5} more"
                                               if len(names) > 5 else "")
    return (f"\nDeferred: {shown}. To go on with what was deferred, run apply again:\n\n"
            f"    {name} apply\n")
