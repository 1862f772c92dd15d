"""A repository that agents connect to directly."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish
from vbrprov.policy.purposes._appliance import appliance_sets
from vbrprov.policy.purposes._storage import AZURE_NOTE, agent_set, storage_sets

GOOGLE_NOTE = (
    "For the service account of the helper appliance. The account of the repository's HMAC key "
    'takes the purpose "repository".')
SAS_NOTE = "Agents get shared access signatures, for which nothing more is needed."


def _answer(wish: Wish) -> Answer:
    storage = (*storage_sets(wish), *agent_set(wish, "AGENT-S3C"))
    if wish.family == "azure":
        return Answer(storage, (AZURE_NOTE, SAS_NOTE))
    if wish.family == "google":
        return Answer(("AGENT-GCS",), (GOOGLE_NOTE,))
    if wish.family == "s3":
        return Answer((*storage, *appliance_sets(wish, "none")))
    return Answer((*storage, "AGENT-AWS", *appliance_sets(wish, "none")), (
        "Only policies (jobs that agents manage) make users; server-managed jobs alone do with the "
        'purpose "repository".',))


PURPOSE = Purpose(
    name="agents",
    doc="A repository that agents connect to directly.",
    families=("aws", "s3", "google", "azure"),
    options=("immutability", "multi_bucket", "agent_access", "appliance", "ebs_encryption"),
    answer=_answer,
)
