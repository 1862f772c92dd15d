"""Actions of Amazon S3, which stores that speak its protocol take over."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html")

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "s3:ListBucket": (Level.BUCKET, "List backups, and see that the bucket is there"),
    "s3:GetBucketLocation": (Level.BUCKET, "Find the region that requests must be signed for"),
    "s3:GetObject": (Level.OBJECT, "Read backups"),
    "s3:PutObject": (Level.OBJECT, "Write backups"),
    "s3:DeleteObject": (Level.OBJECT, "Remove backups whose retention is over"),
    "s3:ListAllMyBuckets": (
        Level.ACCOUNT, "Browse for the bucket in the wizard; not needed when its name is typed"),
    "s3:GetBucketVersioning": (Level.BUCKET, "See whether the bucket keeps versions"),
    "s3:GetBucketObjectLockConfiguration": (
        Level.BUCKET, "See whether the bucket can lock objects"),
    "s3:ListBucketVersions": (Level.BUCKET, "Find the versions of locked objects"),
    "s3:GetObjectVersion": (Level.OBJECT, "Read one version of a locked object"),
    "s3:GetObjectRetention": (Level.OBJECT, "See until when an object is locked"),
    "s3:GetObjectLegalHold": (Level.OBJECT, "See whether an object is held"),
    "s3:PutObjectRetention": (Level.OBJECT, "Lock an object, or lock it for longer"),
    "s3:PutObjectLegalHold": (Level.OBJECT, "Hold an object, or release it"),
    "s3:DeleteObjectVersion": (Level.OBJECT, "Remove a version whose lock is over"),
    "s3:CreateBucket": (Level.ACCOUNT, "Make a further child bucket when one is full"),
    "s3:DeleteBucket": (Level.ACCOUNT, "Remove a child bucket that is empty"),
    "s3:RestoreObject": (Level.OBJECT, "Bring archived objects back before they are read"),
    "s3:AbortMultipartUpload": (Level.OBJECT, "Give up the upload of a large object"),
    "s3:CreateJob": (Level.ACCOUNT, "Start a batch job that brings many archived objects back"),
    "s3:DescribeJob": (Level.ACCOUNT, "Follow that batch job"),
}

#: Actions that no set asks for, so that wildcards in a policy can be told apart.
_OTHERS = (
    "BypassGovernanceRetention DeleteBucketPolicy DeleteBucketWebsite DeleteObjectTagging "
    "DeleteObjectVersionTagging GetAccelerateConfiguration GetBucketAcl GetBucketCORS "
    "GetBucketLogging GetBucketNotification GetBucketOwnershipControls GetBucketPolicy "
    "GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging "
    "GetBucketWebsite GetEncryptionConfiguration GetInventoryConfiguration "
    "GetLifecycleConfiguration GetMetricsConfiguration GetObjectAcl GetObjectAttributes "
    "GetObjectTagging GetObjectVersionAcl GetObjectVersionTagging GetReplicationConfiguration "
    "ListBucketMultipartUploads ListJobs ListMultipartUploadParts PutAccelerateConfiguration "
    "PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification "
    "PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy "
    "PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning "
    "PutBucketWebsite PutEncryptionConfiguration PutInventoryConfiguration "
    "PutLifecycleConfiguration PutMetricsConfiguration PutObjectAcl PutObjectTagging "
    "PutObjectVersionAcl PutObjectVersionTagging PutReplicationConfiguration ReplicateDelete "
    "ReplicateObject")
OTHERS: Final = frozenset(f"s3:{name}" for name in _OTHERS.split())

#: What Veeam's identity must not have, and why; a hardened policy denies them.
NEVER: Final[dict[str, str]] = {
    "s3:BypassGovernanceRetention": "locks of objects could be lifted before their time",
    "s3:PutBucketObjectLockConfiguration": "a default retention would lock what Veeam must delete",
    "s3:PutBucketVersioning": "suspending versions would take locked backups out of sight",
    "s3:PutLifecycleConfiguration": "a lifecycle rule could delete backups behind Veeam's back",
    "s3:DeleteBucket": "only child buckets are ever deleted",
    "s3:PutBucketPolicy": "the identity could widen its own rights",
}
