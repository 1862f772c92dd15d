"""A repository in S3 storage."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="S3-BASE",
    doc="A repository in S3 storage.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "s3:",
        "ListBucket GetBucketLocation GetObject PutObject DeleteObject ListAllMyBuckets "
        "GetBucketVersioning GetBucketObjectLockConfiguration"),
)
