"""A backup repository, or a performance or capacity extent."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish
from vbrprov.policy.purposes._appliance import appliance_sets
from vbrprov.policy.purposes._storage import AZURE_NOTE, storage_sets


def _answer(wish: Wish) -> Answer:
    return Answer((*storage_sets(wish), *appliance_sets(wish, "none")),
                  (AZURE_NOTE,) if wish.family == "azure" else ())


PURPOSE = Purpose(
    name="repository",
    doc="A backup repository, or a performance or capacity extent; agents reach it through a "
        "gateway, or are managed by the backup server.",
    families=("aws", "s3", "google", "azure"),
    options=("immutability", "multi_bucket", "appliance", "ebs_encryption"),
    answer=_answer,
)
