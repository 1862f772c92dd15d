"""Locks, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import msgspec

from vbrprov.state.backend import HeldLock


def locks_as_text(locks: Sequence[HeldLock]) -> str:
    """A few lines a lock."""
    if not locks:
        return "There is no lock.\n"
    return "\n".join(_block(lock) for lock in locks)


def _block(lock: HeldLock) -> str:
    holder = lock.holder
    lines = [f"workspace  {lock.workspace}"]
    if holder is None:
        lines.append("holder     left no readable note")
    else:
        lines += [f"id         {holder.id}",
                  f"holder     {holder.who}@{holder.host}, process {holder.pid}",
                  f"operation  {holder.operation}", f"since      {holder.since}"]
    ends = (f"{lock.lease:g} s after the holder stops renewing it" if lock.lease is not None
            else "with its process")
    return "\n".join([*lines, f"ends       {ends}"]) + "\n"


def locks_as_json(locks: Sequence[HeldLock]) -> str:
    """A document with the list ``locks``; a field that is not known is null."""
    document = {"format_version": "1.0", "locks": [
        {"workspace": lock.workspace, "lease_seconds": lock.lease,
         "holder": asdict(lock.holder) if lock.holder is not None else None} for lock in locks]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
