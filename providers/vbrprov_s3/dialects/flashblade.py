"""Access policies of Pure Storage FlashBlade.

Source: https://github.com/Pure-Storage-Ansible/FlashBlade-Collection
(plugins/modules/purefb_policy.py)
"""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import PolicyDocument, PolicyRequest
from vbrprov_s3.iam_dialect import IamDialect

_ARN = "arn:aws:s3:::"


class FlashBlade(IamDialect):
    """Not a document but rules, each with actions and resources.

    A rule can hold prefixes of listings, but then says nothing of looking whether the bucket is
    there, so listing is not narrowed.
    """

    vendor = "flashblade"
    title = "FlashBlade"
    doc = "Rules of an object store access policy; there is no document."
    source = "https://github.com/Pure-Storage-Ansible/FlashBlade-Collection"
    renamed = {  # noqa: RUF012  # a class variable of the base
        "s3:GetBucketObjectLockConfiguration": "s3:GetObjectLockConfiguration",
        "s3:PutBucketObjectLockConfiguration": "s3:PutObjectLockConfiguration",
    }
    unknown = {"s3:PutBucketPolicy": "FlashBlade's rules do not know it"}  # noqa: RUF012  # same
    no_iam = "FlashBlade manages users through its management API only."
    no_restore = "FlashBlade has no action to restore objects, so it cannot be an archive extent."
    no_tls_key = "rules have no such condition"
    no_mfa_key = "rules have no such condition"
    no_bucket_policy = "Bucket policies of FlashBlade can grant s3:GetObject only."
    narrows_listing = False
    attach = "rules"
    tools = ()

    def render(self, request: PolicyRequest) -> PolicyDocument:
        """Each statement as a rule."""
        document = super().render(request)
        rules = [_rule(statement) for statement in document.body["Statement"]]
        return PolicyDocument("flashblade", {"name": request.name, "rules": rules},
                              document.attach, document.spelling, document.notes)


def _rule(statement: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": statement["Sid"].lower(),
        "effect": statement["Effect"].lower(),
        "actions": _listed(statement["Action"]),
        "object_resources": [r.removeprefix(_ARN) for r in _listed(statement["Resource"])],
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
