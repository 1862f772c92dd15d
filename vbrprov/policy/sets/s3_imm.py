"""Added to S3-BASE: immutability."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="S3-IMM",
    doc="Added to S3-BASE: immutability.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "s3:",
        "ListBucketVersions GetObjectVersion GetObjectRetention GetObjectLegalHold "
        "PutObjectRetention PutObjectLegalHold DeleteObjectVersion"),
)
