"""An agent without a backup server."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish


def _answer(wish: Wish) -> Answer:
    return Answer(("AGENT-STANDALONE-S3",))


PURPOSE = Purpose(
    name="standalone_agent",
    doc="An agent that goes to S3 storage by itself, without a backup server.",
    families=("aws", "s3"),
    options=(),
    answer=_answer,
)
