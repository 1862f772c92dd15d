"""Recovery on a second backup server, without writing."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

# The page prints CreateBucket and DeleteBucket here too. They cannot belong to access
# that only reads, and storage with child buckets excludes it, so they are left out.
SET = PermissionSet(
    name="S3-RO",
    doc="Recovery on a second backup server, without writing.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "s3:",
        "ListBucket GetBucketLocation GetObject ListAllMyBuckets GetBucketVersioning "
        "GetBucketObjectLockConfiguration"),
)
