"""The helper appliance alone."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish
from vbrprov.policy.purposes._appliance import appliance_sets
from vbrprov.sdk import PolicyError


def _answer(wish: Wish) -> Answer:
    if wish.family == "azure":
        appliance_sets(wish, "none")
        return Answer(("AZ-COMPUTE",), (
            "Veeam prints this role for everything that an Azure Compute account may do, so it is "
            "wider than the appliance needs.",))
    if wish.appliance == "none":
        raise PolicyError(
            "appliance", "No appliance there",
            'The purpose "helper_appliance" is about an appliance, and appliance is "none".',
            'Set appliance to "existing" or "new".')
    return Answer(appliance_sets(wish, "existing"))


PURPOSE = Purpose(
    name="helper_appliance",
    doc="The helper appliance alone, for an account that is not the repository's.",
    families=("aws", "azure"),
    options=("appliance", "ebs_encryption"),
    answer=_answer,
    instead='For the appliance of Google Cloud Storage take the purpose "agents"; S3 compatible '
            "storage has none.",
)
