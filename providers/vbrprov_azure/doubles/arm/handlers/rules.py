"""Rules that several services share."""

from __future__ import annotations

import re
from typing import Any

from vbrprov_azure.doubles.arm.refusals import Refused
from vbrprov_azure.doubles.arm.store import Account, Container


def check_location(text: Any) -> str:
    """A region, as Azure writes it."""
    location = str(text or "").replace(" ", "").lower()
    if not re.fullmatch(r"[a-z0-9]{3,40}", location):
        raise Refused("LocationNotValid", f"The provided location '{text}' is not available.")
    return location


def check_tags(tags: Any) -> None:
    """At most 50 tags."""
    if tags and len(tags) > 50:
        raise Refused("TooManyTags", "The number of tags cannot be larger than 50.")


def protected(account: Account) -> None:
    """Refuse to delete an account in which something must stay."""
    held = sorted(name for name, container in account.containers.items() if stays(container))
    if held:
        raise Refused("AccountProtectedFromDeletion",
                      f"{account.body['name']} is protected from deletion. The container(s) "
                      f"{', '.join(held)} have a locked immutability policy or legal hold.")


def stays(container: Container) -> str:
    """The code by which a container refuses to be deleted, or nothing."""
    if container.holds:
        return "ContainerHasLegalHold"
    worm = container.properties.get("immutableStorageWithVersioning") or {}
    if worm.get("enabled") and container.blobs:
        return "ContainerImmutableStorageWithVersioningEnabled"
    if container.policy is not None and container.blobs:
        return "ContainerImmutabilityPolicyLocked"
    return ""
