"""A cloud repository of Cloud Connect that tenants' agents connect to directly."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish
from vbrprov.policy.purposes._storage import AZURE_NOTE, agent_set, storage_sets
from vbrprov.policy.purposes.agents import GOOGLE_NOTE


def _answer(wish: Wish) -> Answer:
    storage = (*storage_sets(wish), *agent_set(wish, "CC-S3C"))
    if wish.family == "azure":
        return Answer(storage, (AZURE_NOTE, (
            "One page of Veeam's rules out Azure storage as a cloud repository in direct mode, "
            "another describes it.")))
    if wish.family == "google":
        more = ("storage.objects.setRetention", "storage.objects.update")
        return Answer(("CC-GCS",), (GOOGLE_NOTE, (
            "The page on Cloud Connect lacks the two permissions for retention that the page on "
            "agents has; they are here.")), tuple(("AGENT-GCS", action) for action in more))
    if wish.family == "s3":
        return Answer(storage)
    return Answer((*storage, "CC-AWS"), (
        "The page on Cloud Connect lacks iam:AttachUserPolicy, which the page on agents has and "
        "which is needed once a tenant's own policies are full; it is here.",),
        (("AGENT-AWS", "iam:AttachUserPolicy"),))


PURPOSE = Purpose(
    name="cloud_connect",
    doc="A cloud repository of Veeam Cloud Connect that agents of tenants connect to directly.",
    families=("aws", "s3", "google", "azure"),
    options=("immutability", "agent_access"),
    answer=_answer,
)
