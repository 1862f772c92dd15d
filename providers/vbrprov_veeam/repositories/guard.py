"""What keeps repositories from being destroyed: backups in them, and what uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam.repositories import usage
from vbrprov_veeam.server import Server


def refused_without_asking(noun: str, prior: Mapping[str, Value]) -> str | None:
    """Why an object must not be destroyed, when the server cannot be asked."""
    policy = prior.get("deletion_policy")
    if policy is not None and bare(policy) in ("DELETE", "ABANDON"):
        return None
    return (f"deletion_policy of the {noun} is PREVENT. To remove the {noun} from the server, set "
            "deletion_policy to DELETE and apply that first; to forget it and leave it on the "
            "server, set it to ABANDON.")


def refused(
    server: Server, noun: str, prior: Mapping[str, Value], *, replaced: bool,
) -> str | None:
    """The same, asked of the server."""
    policy = bare(prior.get("deletion_policy") or "PREVENT")
    object_id = bare(prior.get("id") or "")
    if policy == "ABANDON" or not isinstance(object_id, str) or not object_id:
        return None
    if replaced:
        # What refers to it is changed only after the new one is there, so the server would
        # refuse to remove the old one, halfway through the apply.
        users = usage.users(server, object_id)
        if users:
            return usage.replacement_refused(noun, users)
    if policy == "DELETE":
        return None
    backups = usage.backups(server, object_id)
    if not backups:
        return None
    return f"{usage.holds(noun, backups)} {refused_without_asking(noun, prior)}"


def require_empty(server: Server, noun: str, prior: Any) -> None:
    """Right before an object goes that must not hold backups: ask once more.

    Raises:
        ProviderError: It holds some by now.
    """
    if prior.deletion_policy != "PREVENT":
        return
    backups = usage.backups(server, str(prior.id), fresh=True)
    if backups:
        raise ProviderError(
            ErrorClass.CONFLICT, f"{noun.capitalize()} holds backups",
            f"{usage.holds(noun, backups)} It had none when the plan was made.",
            hint="Set deletion_policy to DELETE to remove it all the same.",
            attribute="deletion_policy")
