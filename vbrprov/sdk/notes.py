"""What people wrote beside a resource for the guardrails: attestations and suppressions."""

from __future__ import annotations

from datetime import date

import msgspec

from vbrprov.diag import SourceRange


class Attestation(msgspec.Struct, frozen=True):
    """``attest { rule = "VBR021" reason = "..." expires = "2027-01-01" }`` on a resource."""

    rule: str
    reason: str
    expires: date
    range: SourceRange | None = None


class Suppression(msgspec.Struct, frozen=True):
    """``# vbrprov:ignore VBR014 reason="..."`` on a block."""

    rule: str
    reason: str
    range: SourceRange | None = None
