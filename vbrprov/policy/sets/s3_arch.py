"""An archive extent: S3 Glacier, or S3 compatible storage with data archiving."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="S3-ARCH",
    doc="An archive extent: S3 Glacier, or S3 compatible storage with data archiving.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "s3:",
        "DeleteObject PutObject GetObject RestoreObject ListBucket AbortMultipartUpload "
        "GetBucketVersioning ListAllMyBuckets GetBucketLocation "
        "GetBucketObjectLockConfiguration"),
)
