"""Policies of MinIO.

Sources:
    https://github.com/minio/pkg (policy/action.go, policy/condition/name.go, boolfunc.go)
    https://github.com/minio/minio/issues/14298
"""

from __future__ import annotations

from vbrprov_s3.iam_dialect import IamDialect


class Minio(IamDialect):
    """MinIO's language is AWS's, with fewer operators and no IAM behind it."""

    vendor = "minio"
    title = "MinIO"
    doc = "Named policies, attached to users through the admin API (mc admin policy attach)."
    source = "https://docs.min.io/enterprise/aistor-object-store/administration/iam/access"
    no_iam = "MinIO has no IAM like that of AWS, only an admin API of its own."
    no_bucket_policy = ("MinIO gives rights to users by named policies; its bucket policies are "
                        "for everybody.")
    no_mfa_key = "Bool accepts no other key than aws:SecureTransport"
    if_exists = False
    attach = "named"
    tools = ("mc",)
    limit = managed_limit = 20480
    unit = "bytes"
