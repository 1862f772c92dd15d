"""Added to S3-ARCH: immutability. The page has no GetObjectLegalHold here."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="S3-ARCH-IMM",
    doc="Added to S3-ARCH: immutability. The page has no GetObjectLegalHold here.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "s3:",
        "PutObjectRetention GetObjectVersion PutObjectLegalHold GetObjectRetention "
        "DeleteObjectVersion ListBucketVersions"),
)
