"""What a 1.3-rev2 server does for a client that asks in 1.3-rev1.

The document of 1.3-rev2 renames properties and enum values. The double keeps objects in the
words of its own revision; this table is taken from a comparison of the two documents. That a real
server maps the old words both ways is an assumption: the vendor only states compatibility.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.store import NO_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vbrprov_veeam.doubles.vbr.json_types import JsonValue

# 1.3-rev1 -> 1.3-rev2.
_PROPERTIES = {"synthenticFulls": "syntheticFulls", "RemoveData": "removeData"}
_REPOSITORY_TYPES = {
    "DDBoost": "DellDataDomain",
    "HPStoreOnceIntegration": "HPEStoreOnce",
    "Quantum": "QuantumDXi",
    "SmartObjectS3": "S3Integrated",
}


def upgrade(node: JsonValue) -> JsonValue:
    """Turn the words of 1.3-rev1 into those of 1.3-rev2."""
    upgraded = _renamed(node, _PROPERTIES, _REPOSITORY_TYPES)
    if _is_directory_group(upgraded):
        # New in 1.3-rev2 and required there; before, master credentials were always stored ones.
        upgraded["credentials"].setdefault("masterConnectionType", "PermanentCredentials")
    return upgraded


def downgrade(node: JsonValue) -> JsonValue:
    """Turn the words of 1.3-rev2 into those of 1.3-rev1."""
    downgraded = _renamed(
        node,
        {new: old for old, new in _PROPERTIES.items()},
        {new: old for old, new in _REPOSITORY_TYPES.items()},
    )
    for shown in downgraded.get("data", (downgraded,)) if isinstance(downgraded, dict) else ():
        if _is_directory_group(shown):
            shown["credentials"].setdefault("masterCredentialsId", NO_ID)
    return downgraded


def _is_directory_group(node: JsonValue) -> bool:
    return isinstance(node, dict) and node.get("type") == "ADObjects" and "credentials" in node


def _renamed(node: JsonValue, properties: Mapping[str, str], types: Mapping[str, str]) -> JsonValue:
    if isinstance(node, list):
        return [_renamed(item, properties, types) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        properties.get(key, key): (
            types.get(value, value)
            if key == "type" and isinstance(value, str)
            else _renamed(value, properties, types)
        )
        for key, value in node.items()
    }
