"""An archive extent."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish
from vbrprov.policy.purposes._appliance import appliance_sets
from vbrprov.sdk import PolicyError


def _answer(wish: Wish) -> Answer:
    if wish.accelerated_retrieval and wish.family != "aws":
        raise PolicyError(
            "accelerated_retrieval", "Option does not fit the vendor",
            "Veeam retrieves by batch jobs from Amazon S3 Glacier only.")
    appliance = appliance_sets(wish, "existing")
    if wish.family == "azure":
        return Answer(("AZ-ARCH",))
    return Answer((
        "S3-ARCH", *(("S3-ARCH-IMM",) if wish.immutability else ()),
        *(("S3-BATCH",) if wish.accelerated_retrieval else ()), *appliance))


PURPOSE = Purpose(
    name="archive",
    doc="An archive extent: S3 Glacier with its archiver appliance, S3 compatible storage with "
        "data archiving, Azure Archive.",
    families=("aws", "s3", "azure"),
    options=("immutability", "appliance", "ebs_encryption", "accelerated_retrieval"),
    answer=_answer,
    instead="Google Cloud Storage cannot be an archive extent.",
)
