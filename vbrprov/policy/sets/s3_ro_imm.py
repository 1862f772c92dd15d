"""Added to S3-RO: immutability."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="S3-RO-IMM",
    doc="Added to S3-RO: immutability.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "s3:",
        "ListBucketVersions GetObjectVersion GetObjectRetention GetObjectLegalHold"),
)
