"""EC2 machines that are protected by agents."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish


def _answer(wish: Wish) -> Answer:
    return Answer(("CLOUD-EC2",))


PURPOSE = Purpose(
    name="cloud_machines",
    doc="A protection group of EC2 machines.",
    families=("aws",),
    options=(),
    answer=_answer,
    instead="Other clouds have no such set in Veeam's documentation.",
)
