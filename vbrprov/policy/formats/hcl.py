"""HCL: a policy document for vbrprov and Terraform, or the role itself."""

from __future__ import annotations

from vbrprov.policy.formats._hcl import blocks
from vbrprov.sdk import PolicyFormat

FORMAT = PolicyFormat(
    name="hcl", write=blocks,
    doc="A block of HCL: an aws_iam_policy_document, or the role of another cloud.",
    kinds=("iam", "ibm", "azure_role", "azure_assignments", "google_role"),
)
