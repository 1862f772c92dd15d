"""An agent that goes to S3 storage by itself, without a backup server."""

from vbrprov.policy.sets import PermissionSet, named

SET = PermissionSet(
    name="AGENT-STANDALONE-S3",
    doc="An agent that goes to S3 storage by itself, without a backup server.",
    source="https://helpcenter.veeam.com/docs/agentforlinux/userguide/permissions.html",
    actions=named(
        "s3:",
        "ListAllMyBuckets DeleteObject GetBucketLocation GetBucketObjectLockConfiguration "
        "GetBucketVersioning GetObject ListBucket PutObject"),
)
