"""Policies of a store that is not known by name.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from vbrprov_s3.iam_dialect import IamDialect


class Generic(IamDialect):
    """AWS's language in its plainest form: no operators that end in IfExists."""

    vendor = "generic"
    title = "S3 compatible storage"
    doc = "AWS's language without what other stores often lack."
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
    account = (r"[A-Za-z0-9_.-]+", "123456789012")
    if_exists = False
