"""JSON for people."""

from __future__ import annotations

import json

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    return json.dumps(document.body, indent=2, ensure_ascii=False) + "\n"


FORMAT = PolicyFormat(
    name="pretty", doc="JSON on several lines.", write=_write,
    kinds=("iam", "flashblade", "ibm", "azure_role", "azure_assignments", "google_role"),
)
