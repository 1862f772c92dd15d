"""Policies of the Ceph Object Gateway.

Sources:
    https://docs.ceph.com/en/latest/radosgw/iam/
    https://docs.ceph.com/en/latest/radosgw/bucketpolicy/
    https://docs.ceph.com/en/latest/radosgw/account/
"""

from __future__ import annotations

from vbrprov_s3.iam_dialect import IamDialect

_NO_MANAGED = "Ceph has no managed policies of one's own"


class Ceph(IamDialect):
    """Ceph's IAM knows policies of users, not managed ones that somebody writes."""

    vendor = "ceph"
    title = "Ceph"
    doc = "Policies of users of an account, from Squid on; bucket policies before."
    source = "https://docs.ceph.com/en/latest/radosgw/iam/"
    account = (r"RGW\d{17}", "RGW11111111111111111")
    unknown = {  # noqa: RUF012  # a class variable of the base
        **{f"iam:{name}": _NO_MANAGED for name in (
            "CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion",
            "GetPolicy", "GetPolicyVersion", "ListPolicyVersions", "SetDefaultPolicyVersion")},
        "sts:GetCallerIdentity": "Ceph's policies do not know it",
    }
    identity_notes = ("Needs Ceph Squid or later and a user of an account; for others, make a "
                      "bucket policy (principals).",)
