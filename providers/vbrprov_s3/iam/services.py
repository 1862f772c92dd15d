"""IAM and STS: what their errors mean."""

from __future__ import annotations

from typing import Final

from vbrprov.sdk import ErrorClass
from vbrprov_s3.errors import Service

IAM_CODES: Final[dict[str, ErrorClass]] = {
    "NoSuchEntity": ErrorClass.NOT_FOUND,
    "EntityAlreadyExists": ErrorClass.EXISTS,
    "ConcurrentModification": ErrorClass.CONFLICT,
    "EntityTemporarilyUnmodifiable": ErrorClass.CONFLICT,
    "DeleteConflict": ErrorClass.INVALID,
    # A quota. botocore's throttle code is spelled "LimitExceededException" and is another thing.
    "LimitExceeded": ErrorClass.INVALID,
    "MalformedPolicyDocument": ErrorClass.INVALID,
    "PolicyNotAttachable": ErrorClass.INVALID,
    "UnmodifiableEntity": ErrorClass.INVALID,
}

IAM: Final = Service("IAM", "iam", IAM_CODES, {})
STS: Final = Service("STS", "sts", {}, {})
