"""Added to S3-BASE: S3 compatible storage with automatic child buckets."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="S3-MULTI",
    doc="Added to S3-BASE: S3 compatible storage with automatic child buckets.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "s3:",
        "CreateBucket DeleteBucket"),
)
