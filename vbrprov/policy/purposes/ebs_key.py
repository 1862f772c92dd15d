"""The key that encrypts an appliance's disk."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish


def _answer(wish: Wish) -> Answer:
    return Answer(("EC2-EBS-KEY",), (
        "This is a statement to be added to the policy of the key: what is there already has to "
        "stay, or nobody can manage the key any more.",))


PURPOSE = Purpose(
    name="ebs_key",
    doc="What the policy of a KMS key must allow the appliance's role, where the account encrypts "
        "new disks by default; principals names the role.",
    families=("aws",),
    options=(),
    answer=_answer,
)
