"""Policies of Cloudian HyperStore.

Source: HyperStore AWS APIs Support Reference 8.1 (https://cloudian.com/support/).
"""

from __future__ import annotations

from vbrprov_s3.iam_dialect import IamDialect


class Cloudian(IamDialect):
    """HyperStore has IAM and STS like AWS's."""

    vendor = "cloudian"
    title = "Cloudian HyperStore"
    doc = "Policies of users and groups of a HyperStore account."
    source = "https://cloudian.com/support/"
    account = (r"[A-Za-z0-9_.-]+", "123456789012")
    if_exists = False
