"""How findings are put into words."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Truth, View


def told(violated: Truth, said: str) -> str:
    """What is wrong as a sentence, or that it is not known yet whether it is."""
    return f"{said}." if violated is Truth.YES else f"It is not known yet whether {said}."


def listed(views: Iterable[View]) -> str:
    """Addresses as words."""
    names = sorted({view.address for view in views})
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
