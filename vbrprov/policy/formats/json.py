"""JSON without blanks: some stores refuse any."""

from __future__ import annotations

import json

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    return json.dumps(document.body, separators=(",", ":"), ensure_ascii=False) + "\n"


FORMAT = PolicyFormat(
    name="json", doc="JSON without blanks.", write=_write,
    kinds=("iam", "flashblade", "ibm", "azure_role", "azure_assignments", "google_role"),
)
