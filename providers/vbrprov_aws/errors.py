"""What AWS errors mean, and which permission each call needs."""

from __future__ import annotations

from typing import Final

from vbrprov.sdk import ErrorClass
from vbrprov_s3.codes import S3_CODES
from vbrprov_s3.errors import Service
from vbrprov_s3.permissions import S3_PERMISSIONS

#: Invalid state codes are refusals: nothing passes by waiting, but for a key that is being made.
KMS_CODES: Final[dict[str, ErrorClass]] = {
    "NotFoundException": ErrorClass.NOT_FOUND,
    "AlreadyExistsException": ErrorClass.EXISTS,
    "LimitExceededException": ErrorClass.INVALID,
    "MalformedPolicyDocumentException": ErrorClass.INVALID,
    "KMSInvalidStateException": ErrorClass.INVALID,
    "InvalidArnException": ErrorClass.INVALID,
    "DependencyTimeoutException": ErrorClass.LOST,
    "KMSInternalException": ErrorClass.LOST,
}

S3: Final = Service("Amazon S3", "s3", S3_CODES, S3_PERMISSIONS)
KMS: Final = Service("AWS KMS", "kms", KMS_CODES, {})
S3_CONTROL: Final = Service("Amazon S3 Control", "s3", S3_CODES, {
    "GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    "DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
})
