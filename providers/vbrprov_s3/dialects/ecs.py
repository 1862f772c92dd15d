"""Policies of Dell ECS and ObjectScale.

Sources:
    https://github.com/dell/terraform-provider-objectscale (docs/resources)
    ECS 3.7 Administration Guide, "Access Management"
"""

from __future__ import annotations

from vbrprov.sdk import PolicyRequest
from vbrprov_s3.iam_dialect import IamDialect


class Ecs(IamDialect):
    """Identities have ARNs of Dell's own, which hold the namespace."""

    vendor = "ecs"
    title = "Dell ECS"
    doc = "Policies of IAM users of a namespace, which account_id names."
    source = "https://github.com/dell/terraform-provider-objectscale"
    account = (r"[A-Za-z0-9_.-]+", "namespace1")
    if_exists = False

    def identity_arn(self, request: PolicyRequest, kind: str) -> str:
        """``urn:ecs:iam::<namespace>:user/*``."""
        return f"urn:ecs:iam::{request.scope.account or '*'}:{kind}/*"
