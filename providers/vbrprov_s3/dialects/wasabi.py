"""Policies of Wasabi.

Sources:
    https://docs.wasabi.com/apidocs/iam-and-sts-support
    https://docs.wasabi.com/docs/policies-1
"""

from __future__ import annotations

from vbrprov_s3.iam_dialect import IamDialect


class Wasabi(IamDialect):
    """Wasabi takes AWS's policies as they are, AWS's ARNs too."""

    vendor = "wasabi"
    title = "Wasabi"
    doc = "Policies of users, groups and roles, as in AWS."
    source = "https://docs.wasabi.com/apidocs/iam-and-sts-support"
    no_mfa_key = ""
