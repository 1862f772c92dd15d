"""The sets of an appliance in Amazon EC2, which several purposes take."""

from __future__ import annotations

from vbrprov.policy.purposes import Wish
from vbrprov.sdk import PolicyError


def appliance_sets(wish: Wish, default: str) -> tuple[str, ...]:
    """Sets for the appliance that is asked for, or for *default*.

    Raises:
        PolicyError: The storage has no such appliance.
    """
    chosen = wish.appliance or default
    if wish.family != "aws":
        if wish.appliance not in (None, "none") or wish.ebs_encryption:
            raise PolicyError(
                "appliance" if wish.appliance not in (None, "none") else "ebs_encryption",
                "No appliance there",
                "Veeam starts no appliance in EC2 for this storage.",
                "Leave the argument out; only Amazon S3 takes it.")
        return ()
    if chosen == "none":
        if wish.ebs_encryption:
            raise PolicyError(
                "ebs_encryption", "No appliance there",
                "ebs_encryption is about the disk of an appliance, and none is asked for.",
                'Set appliance to "existing" or "new".')
        return ()
    return ("EC2-EXIST", *(("EC2-NEW",) if chosen == "new" else ()),
            *(("EC2-EBS",) if wish.ebs_encryption else ()))
