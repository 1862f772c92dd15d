"""The sets of a repository that is written to, which several purposes take."""

from __future__ import annotations

from vbrprov.policy.purposes import Wish
from vbrprov.sdk import PolicyError

AZURE_NOTE = (
    "For a repository that is reached by an Entra application. With a shared key there is nothing "
    "to assign: only the access by key must be allowed on the account.")


def storage_sets(wish: Wish) -> tuple[str, ...]:
    """The sets of the storage itself.

    Raises:
        PolicyError: Child buckets of a storage that has none.
    """
    if wish.multi_bucket and wish.family != "s3":
        raise PolicyError(
            "multi_bucket", "Option does not fit the vendor",
            "Veeam makes child buckets in S3 compatible storage only.")
    if wish.family == "azure":
        return ("AZ-ENTRA",)
    if wish.family == "google":
        return ("GCS-BASE", *(("GCS-IMM",) if wish.immutability else ()))
    return ("S3-BASE", *(("S3-IMM",) if wish.immutability else ()),
            *(("S3-MULTI",) if wish.multi_bucket else ()))


def agent_set(wish: Wish, name: str) -> tuple[str, ...]:
    """The set for users of agents on S3 compatible storage, as the access of agents has it.

    Raises:
        PolicyError: It is not said how agents reach the storage, or it cannot be chosen.
    """
    if wish.family != "s3":
        if wish.agent_access is not None:
            raise PolicyError(
                "agent_access", "Option does not fit the vendor",
                "How agents reach the storage can be chosen for S3 compatible storage only.",
                "Leave agent_access out.")
        return ()
    if wish.agent_access is None:
        raise PolicyError(
            "agent_access", "Access of agents not said",
            "How agents reach S3 compatible storage decides which permissions are needed: "
            '"iam_sts" (the backup server makes a user for each of them), "shared" (they get the '
            'key of the repository) or "backup_server" (they never get a key; traffic goes through '
            "a gateway).", "Set agent_access to what the repository's access permissions say.")
    return (name,) if wish.agent_access == "iam_sts" else ()
