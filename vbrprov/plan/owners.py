"""Which address an existing object has: no object may have two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from vbrprov.addrs import parse_address
from vbrprov.diag import Diagnostics, SourceRange
from vbrprov.sdk.resource import Recovery, ResourceType
from vbrprov.state.model import Instance


class Owners:
    """The addresses of recorded objects, by provider configuration, type and id."""

    def __init__(self, recorded: Iterable[Instance]) -> None:
        self._recorded = list(recorded)
        self._owners: dict[tuple[str, str], dict[str, str]] = {}

    def claim(self, found: Instance, kind: ResourceType[Any, Any]) -> str:
        """The address that an object has already; else it gets that of *found*, and ````""``."""
        if kind.recovery is Recovery.LOCAL:
            # Nothing exists outside the state that two addresses could share.
            return ""
        id_ = _id(found)
        if id_ is None:
            return ""
        owners = self._of(found.provider, kind.type_name)
        other = owners.get(id_, "")
        if not other:
            owners[id_] = found.address
        return other

    def _of(self, provider: str, type_name: str) -> dict[str, str]:
        key = (provider, type_name)
        if key not in self._owners:
            found = self._owners[key] = {}
            for instance in self._recorded:
                parsed = parse_address(instance.address)
                if (instance.provider == provider and parsed.type_name == type_name
                        and parsed.mode == "managed" and (id_ := _id(instance)) is not None):
                    found[id_] = instance.address
        return self._owners[key]


def _id(instance: Instance) -> str | None:
    found = msgspec.json.decode(instance.attributes).get("id")
    return found if isinstance(found, str) else None


def report_owned(diags: Diagnostics, address: str, import_id: str, other: str,
                 where: SourceRange | None) -> None:
    """Say that what is to be imported is managed already."""
    diags.error(
        "Resource already managed by vbrprov", f'The object "{import_id}", which is to be imported '
        f"to {address}, is managed as {other} already. An object can have one address only, or "
        "destroying one would destroy the other. To give it another address, use a moved block.",
        where, address=address)
