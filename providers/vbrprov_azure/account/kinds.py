"""Which kinds of accounts go with which performance, redundancy and access tier.

https://learn.microsoft.com/en-us/azure/storage/common/storage-account-overview
https://learn.microsoft.com/en-us/rest/api/storagerp/srp_sku_types
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_PLAIN = frozenset({"LRS", "GRS", "RAGRS"})
_ZONED = frozenset({"ZRS", "GZRS", "RAGZRS"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind takes: redundancy by performance, access tiers, blob versions."""

    redundancy: Mapping[str, frozenset[str]]
    access_tiers: tuple[str, ...] = ()
    blobs: bool = True
    versions: bool = True


KINDS: Final[Mapping[str, Kind]] = {
    "StorageV2": Kind({"Standard": _PLAIN | _ZONED, "Premium": frozenset({"LRS", "ZRS"})},
                      ("Hot", "Cool", "Cold", "Smart")),
    "Storage": Kind({"Standard": _PLAIN, "Premium": frozenset({"LRS"})}, versions=False),
    "BlobStorage": Kind({"Standard": _PLAIN}, ("Hot", "Cool", "Cold")),
    "BlockBlobStorage": Kind({"Premium": frozenset({"LRS", "ZRS"})}, ("Premium",)),
    "FileStorage": Kind({"Premium": frozenset({"LRS", "ZRS"})}, blobs=False, versions=False),
}


def tiers_of(kind: str, performance: str) -> tuple[str, ...]:
    """The access tiers that an account can have; the first is the default."""
    if kind == "StorageV2" and performance == "Premium":
        return ()
    return KINDS[kind].access_tiers


def same_zones(left: str, right: str) -> bool:
    """Whether one redundancy can be changed to the other in place.

    Copies in zones cannot be added or taken away by a change of the account.
    https://learn.microsoft.com/en-us/azure/storage/common/redundancy-migration
    """
    return (left in _ZONED) == (right in _ZONED)
