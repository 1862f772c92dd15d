"""Write-only arguments: whether their value is to be sent, and whether it is still there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.sdk.model import Schema
from vbrprov.secrets import SecretBook
from vbrprov.values import OneTime, Spent, Unknown, Value, bare, is_null, marks_deep, unmark_deep
from vbrprov.values.wire import encode

#: Key in an instance's private data: fingerprints of what was sent, by argument.
SENT = "sent"


class Sending(msgspec.Struct):
    """Write-only arguments to send, and producers whose spent secret would be needed for it."""

    send: set[str] = set()
    rotate: set[str] = set()
    lost: list[str] = []


def decide(config: Mapping[str, Value], schema: Schema, sent: Mapping[str, Any], book: SecretBook,
           *, all_of_them: bool, version_changed: set[str]) -> Sending:
    """Which write-only arguments are sent.

    *all_of_them* is for objects that are made anew. An argument with a ``_version`` twin that is
    set is sent when the twin changes; any other when its value is not what was sent last.
    """
    out = Sending()
    for name, spec in schema.attributes.items():
        if not spec.write_only:
            continue
        value = config.get(name)
        if value is None or is_null(value):
            continue
        twin = f"{name}_version"
        pinned = twin in schema.attributes and not is_null(config.get(twin))
        if all_of_them:
            wanted = True
        elif pinned:
            wanted = twin in version_changed
        else:
            wanted = not _as_sent(value, str(sent.get(name, "")), book)
        if not wanted:
            continue
        out.send.add(name)
        if isinstance(bare(value), Spent):
            producers = {m.address for m in marks_deep(value) if isinstance(m, OneTime)}
            out.rotate |= producers
            if not producers:
                out.lost.append(name)
    return out


def _as_sent(value: Value, sent: str, book: SecretBook) -> bool:
    inner, _ = unmark_deep(value)
    if isinstance(inner, Spent):
        # A value derived from a spent one has no fingerprint; it cannot have changed by itself.
        return inner.fingerprint == sent if inner.fingerprint else bool(sent)
    if isinstance(inner, Unknown):
        return False
    return bool(sent) and book.matches(encode(inner), sent)


def fingerprints(config: Mapping[str, Value], names: frozenset[str] | set[str],
                 book: SecretBook) -> dict[str, str]:
    """The fingerprints of what is sent now."""
    out = {}
    for name in names:
        inner, _ = unmark_deep(config[name])
        if not isinstance(inner, Unknown):
            out[name] = book.of(encode(inner))
    return out
