"""What a plan leaves for the next one."""

from __future__ import annotations

from vbrprov.addrs import sort_key
from vbrprov.plan.model import Plan
from vbrprov.views.human.text import Style, safe


def deferred(plan: Plan, style: Style) -> str:
    """The section of a plan that says what waits, and for what; empty when nothing does."""
    if not plan.deferred:
        return ""
    kept: dict[tuple[str, str], set[str]] = {}
    for item in plan.deferred:
        stay = kept.setdefault((item.name, item.because), set())
        stay.update(change.address for change in item.kept)
    lines = [style("\nNote: This is a partial plan. What is deferred is planned in the next "
                   "one.\n", "yellow", "bold")]
    for name, because in sorted(kept, key=lambda pair: sort_key(pair[0])):
        lines.append(f"\n  # Deferred: {style(safe(name), 'bold')}: {safe(because)}\n")
        stay = kept[name, because]
        if stay:
            lines.append(f"  # ({_objects(len(stay))} until then)\n")
    without = ", without -target and -exclude" if plan.partial else ""
    lines.append(f"\nRun apply again afterwards{without}: it makes the next plan.\n")
    return "".join(lines)


def _objects(count: int) -> str:
    return "the recorded object stays as it is" if count == 1 else (
        f"the {count} recorded objects stay as they are")


def again(plan: Plan, name: str) -> str:
    """What to say after an apply that had to leave something out."""
    names = sorted({item.name for item in plan.deferred}, key=sort_key)
    if not names:
        return ""
    shown = ", ".join(map(safe, names[:5])) + (f" and {len(names) - 5} more"
                                               if len(names) > 5 else "")
    return (f"\nDeferred: {shown}. To go on with what was deferred, run apply again:\n\n"
            f"    {name} apply\n")
