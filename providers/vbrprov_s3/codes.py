"""S3 error codes and what they mean, vendor spellings included."""

from __future__ import annotations

from typing import Final

from vbrprov.sdk import ErrorClass

#: HEAD answers carry no body, so botocore reports the bare status as the code.
NO_BUCKET: Final = frozenset({"404", "NoSuchBucket", "NotFound"})
DENIED: Final = frozenset({
    "403", "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "AccountProblem",
    "UnauthorizedAccess", "UnauthorizedOperation", "Forbidden", "NotAuthorized",
})
BAD_CREDENTIALS: Final = frozenset({
    "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidClientTokenId", "ExpiredToken",
    "ExpiredTokenException", "InvalidToken", "UnrecognizedClientException", "AuthFailure",
    "MissingAuthenticationToken", "IncompleteSignature", "InvalidSecurity", "TokenRefreshRequired",
    "RequestTimeTooSkewed", "RequestExpired",
})
THROTTLED: Final = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "RequestThrottled", "TooManyRequestsException", "RequestLimitExceeded",
    "BandwidthLimitExceeded", "SlowDown", "SlowDownRead", "SlowDownWrite",
    "PriorRequestNotComplete", "429",
})
#: The service gave up half way: the work may have been done.
AMBIGUOUS: Final = frozenset({
    "500", "502", "503", "504", "InternalError", "InternalFailure", "InternalServerError",
    "ServiceFailure", "ServiceUnavailable", "ServiceUnavailableException", "RequestTimeout",
    "RequestTimeoutException",
})
UNSUPPORTED: Final = frozenset({
    "405", "501", "NotImplemented", "MethodNotAllowed", "UnsupportedArgument",
    "UnsupportedOperation", "XNotImplemented",
})

#: Codes that say that a bucket has no setting of the kind, by facet.
ABSENT: Final[dict[str, frozenset[str]]] = {
    "versioning": frozenset(),
    "object_lock": frozenset({
        "ObjectLockConfigurationNotFoundError", "ObjectLockConfigurationNotFound",
        "NoSuchObjectLockConfiguration",
    }),
    "encryption": frozenset({
        "ServerSideEncryptionConfigurationNotFoundError", "NoSuchEncryptionConfiguration",
    }),
    "public_access_block": frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    "ownership_controls": frozenset({"OwnershipControlsNotFoundError"}),
    "lifecycle": frozenset({"NoSuchLifecycleConfiguration", "NoSuchBucketLifecycle"}),
    "replication": frozenset({
        "ReplicationConfigurationNotFoundError", "NoSuchReplicationConfiguration",
    }),
    "intelligent_tiering": frozenset({"NoSuchConfiguration"}),
    "tags": frozenset({
        "NoSuchTagSet", "NoSuchTagSetError", "ERROR_NO_SUCH_BUCKET_TAGSET",
    }),
    "policy": frozenset({"NoSuchBucketPolicy", "NoSuchPolicy"}),
}

S3_CODES: Final[dict[str, ErrorClass]] = {
    **dict.fromkeys(NO_BUCKET, ErrorClass.NOT_FOUND),
    **dict.fromkeys(frozenset().union(*ABSENT.values()), ErrorClass.NOT_FOUND),
    "NoSuchKey": ErrorClass.NOT_FOUND,
    "NoSuchUpload": ErrorClass.NOT_FOUND,
    "NoSuchVersion": ErrorClass.NOT_FOUND,
    "BucketAlreadyOwnedByYou": ErrorClass.EXISTS,
    "BucketAlreadyExists": ErrorClass.EXISTS,
    "301": ErrorClass.EXISTS,
    "PermanentRedirect": ErrorClass.EXISTS,
    "OperationAborted": ErrorClass.CONFLICT,
    "409": ErrorClass.CONFLICT,
    "ObjectLocked": ErrorClass.LOCKED,
    "TooManyBuckets": ErrorClass.INVALID,
    "BucketNotEmpty": ErrorClass.INVALID,
    "InvalidBucketState": ErrorClass.INVALID,
}

COMMON_CODES: Final[dict[str, ErrorClass]] = {
    **dict.fromkeys(DENIED | BAD_CREDENTIALS, ErrorClass.DENIED),
    **dict.fromkeys(THROTTLED, ErrorClass.THROTTLED),
    **dict.fromkeys(UNSUPPORTED, ErrorClass.UNSUPPORTED),
    "ValidationError": ErrorClass.INVALID,
    "InvalidInput": ErrorClass.INVALID,
}
