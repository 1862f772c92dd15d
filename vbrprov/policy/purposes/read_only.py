"""Recovery on a second backup server."""

from __future__ import annotations

from vbrprov.policy.purposes import Answer, Purpose, Wish


def _answer(wish: Wish) -> Answer:
    if wish.family == "google":
        return Answer(("GCS-RO",))
    return Answer(("S3-RO", *(("S3-RO-IMM",) if wish.immutability else ())))


PURPOSE = Purpose(
    name="read_only",
    doc="Recovery on a second backup server that must not write.",
    families=("aws", "s3", "google"),
    options=("immutability",),
    answer=_answer,
    instead="Veeam has no read-only access to Azure storage "
            "(https://helpcenter.veeam.com/docs/vbr/userguide/general_limitations.html).",
)
