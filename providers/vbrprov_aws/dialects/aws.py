"""Policies of AWS.

Sources:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from vbrprov.sdk import Level, PolicyDocument, PolicyError, PolicyRequest
from vbrprov_s3.iam_dialect import IamDialect


class Aws(IamDialect):
    """AWS itself."""

    vendor = "aws"
    title = "AWS"
    family = "aws"
    bucket_rules = "aws"
    doc = "Identity policies of IAM, bucket policies of S3, key policies of KMS."
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
    no_mfa_key = ""
    tools = ("awscli", "cloudformation", "terraform")

    def render(self, request: PolicyRequest) -> PolicyDocument:
        """As IAM; the policy of a key needs somebody whom it allows something."""
        if any(need.level is Level.KEY for need in request.needs) and not request.principals:
            raise PolicyError(
                "principals", "Principal is missing",
                "The policy of a key says whom it allows something.",
                "Name the role of the appliance by its ARN.")
        return super().render(request)
