"""Which arguments differ between two models of one object."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import BlockType, Model
from vbrprov.sdk.values import SetT


def differences(prior: Model, planned: Model) -> set[str]:
    """Names of the top-level arguments that a change must send.

    What only the server sets does not count, nor a computed argument that is still open in the
    plan, nor a write-only one (it is never in *prior*).
    """
    schema = type(planned).schema()
    found = set()
    for name, spec in schema.attributes.items():
        if spec.computed_only or spec.write_only:
            continue
        old, new = getattr(prior, name), getattr(planned, name)
        if new is None and spec.computed:
            continue
        if isinstance(spec.type, SetT):
            old, new = sorted(old or []), sorted(new or [])
        if old != new:
            found.add(name)
    found |= {n for n, b in schema.blocks.items()
              if _block_differs(b, getattr(prior, n), getattr(planned, n))}
    return found


def _block_differs(nested: BlockType, old: Any, new: Any) -> bool:
    if nested.nesting != "single":
        return not _same_items(old or [], new or [], ordered=nested.nesting == "list")
    if new is None:
        return old is not None and not nested.computed
    return old is None or bool(differences(old, new))


def _same_items(old: list[Model], new: list[Model], *, ordered: bool) -> bool:
    if len(old) != len(new):
        return False
    if ordered:
        return not any(differences(a, b) for a, b in zip(old, new, strict=True))
    rest = list(old)
    for item in new:
        match = next((other for other in rest if not differences(other, item)), None)
        if match is None:
            return False
        rest.remove(match)
    return True
