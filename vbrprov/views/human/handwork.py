"""Work that somebody has to do, or a script does, as a plan and an apply tell it."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk.handwork import Handwork
from vbrprov.views.human.text import Style, safe, wrapped

_WORDS = {"powershell": "PowerShell script", "manual": "Step by hand"}


def handwork(work: Handwork, style: Style) -> str:
    """The text under a change of a plan, and what becomes of it."""
    title = style(_WORDS.get(work.kind, work.kind), "bold")
    lines = "".join(f"      {style('|', 'dim')} {safe(line)}".rstrip() + "\n"
                    for line in work.text.splitlines())
    return f"\n    {title}: {safe(work.note)}\n{lines}"


def awaiting(waiting: Mapping[str, Handwork], held: int, name: str) -> str:
    """What is to be done after an apply that could not do everything itself."""
    count = len(waiting)
    out = ["\n", wrapped(
        f"{count} {'step waits' if count == 1 else 'steps wait'} for you. Nothing of it counts "
        "as done until you confirm it."
        + (f" {held} more {'change depends' if held == 1 else 'changes depend'} on that and "
           f"{'was' if held == 1 else 'were'} not started; apply again afterwards."
           if held else ""))]
    for address, work in sorted(waiting.items()):
        out.append(f"\n  {safe(address)}\n    {safe(work.note)}\n    Then run: {name} confirm "
                   f"{_quoted(address)} -result FILE\n")
    return "".join(out)


def _quoted(address: str) -> str:
    return f"'{address}'" if "[" in address else address
