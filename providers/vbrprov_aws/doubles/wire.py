"""Reading AWS requests: which operation on what, and what an error of AWS looks like."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import parse_qs, unquote

#: Sub-resources of a bucket and the words that operations use for them.
_SUBRESOURCES: Final = {
    "versioning": "BucketVersioning", "object-lock": "ObjectLockConfiguration",
    "encryption": "BucketEncryption", "publicAccessBlock": "PublicAccessBlock",
    "ownershipControls": "BucketOwnershipControls", "lifecycle": "BucketLifecycleConfiguration",
    "tagging": "BucketTagging", "policy": "BucketPolicy", "replication": "BucketReplication",
    "location": "BucketLocation", "acl": "BucketAcl", "cors": "BucketCors",
    "policyStatus": "BucketPolicyStatus", "accelerate": "BucketAccelerateConfiguration",
}
_LISTS: Final = {"versions": "ListObjectVersions", "uploads": "ListMultipartUploads",
                 "intelligent-tiering": "ListBucketIntelligentTieringConfigurations"}
_OBJECT_PARTS: Final = {"retention": "ObjectRetention", "legal-hold": "ObjectLegalHold",
                        "tagging": "ObjectTagging", "acl": "ObjectAcl"}
_VERBS: Final = {"GET": "Get", "PUT": "Put", "DELETE": "Delete", "HEAD": "Head", "POST": "Post"}
#: Parameters that name what an IAM call is about, the most telling first. No secret is among them.
_NAMES: Final = ("PolicyArn", "AccessKeyId", "PolicyName", "InstanceProfileName", "RoleName",
                        "GroupName", "UserName")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: service, operation, and the name of what it is about.

    ``service`` is s3, s3control, iam, sts or kms.
    """

    service: str
    operation: str
    name: str

    @property
    def mutating(self) -> bool:
        """Whether it changes something."""
        return not self.operation.startswith(("Get", "Head", "List", "Simulate", "Describe"))


#: Where S3 Control keeps what belongs to a whole account.
_ACCOUNT_PATH: Final = "/v20180820/configuration/"
#: What KMS's JSON requests call their object, the most telling first.
_KMS_NAMES: Final = ("AliasName", "KeyId")


def parse(method: str, path: str, query: str, form: str, authorization: str,
          target: str = "") -> Call:
    """What a request asks for; *target* is the operation of a JSON request, *form* its body."""
    if target:
        given = json.loads(form or "{}")
        return Call("kms", target.rpartition(".")[2],
                    next((str(given[key]) for key in _KMS_NAMES if given.get(key)), ""))
    if path.startswith(_ACCOUNT_PATH):
        noun = _SUBRESOURCES.get(path.removeprefix(_ACCOUNT_PATH), "Configuration")
        return Call("s3control", f"{_VERBS[method]}{noun}", "")
    fields = parse_qs(form, keep_blank_values=True)
    if "Action" in fields:
        scope = authorization.partition("Credential=")[2].split(",")[0].split("/")
        service = scope[3] if len(scope) > 3 else "iam"
        name = next((fields[key][0] for key in _NAMES if key in fields), "")
        user = fields.get("UserName", [""])[0]
        shown = f"{user}/{name}" if user and user != name else name
        return Call(service, fields["Action"][0], shown)
    flags = parse_qs(query, keep_blank_values=True)
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    if key:
        return Call("s3", _object_operation(method, flags), f"{bucket}/{key}")
    return Call("s3", _bucket_operation(method, bucket, flags), bucket)


def _bucket_operation(method: str, bucket: str, flags: Mapping[str, list[str]]) -> str:
    if not bucket:
        return "ListBuckets"
    for flag, operation in _LISTS.items():
        if flag in flags and method == "GET":
            return operation
    for flag, noun in _SUBRESOURCES.items():
        if flag in flags:
            operation = f"{_VERBS[method]}{noun}"
            if operation == "DeleteBucketLifecycleConfiguration":
                return "DeleteBucketLifecycle"
            return operation
    if method == "POST" and "delete" in flags:
        return "DeleteObjects"
    return {"PUT": "CreateBucket", "DELETE": "DeleteBucket", "HEAD": "HeadBucket"}.get(
        method, "ListObjectsV2")


def _object_operation(method: str, flags: Mapping[str, list[str]]) -> str:
    for flag, noun in _OBJECT_PARTS.items():
        if flag in flags:
            return f"{_VERBS[method]}{noun}"
    if "uploads" in flags:
        return "CreateMultipartUpload"
    if "uploadId" in flags:
        return {"PUT": "UploadPart", "POST": "CompleteMultipartUpload",
                "DELETE": "AbortMultipartUpload"}.get(method, "ListParts")
    return f"{_VERBS[method]}Object"


def error_body(service: str, code: str, message: str) -> bytes:
    """An error as S3, a query service (IAM, STS) or a JSON service (KMS) words it."""
    if service == "kms":
        return json.dumps({"__type": code, "message": message}).encode()
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if service in ("s3", "s3control"):
        text = f"<Error>{inner}<RequestId>double</RequestId></Error>"
    else:
        text = (f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error>"
                "<RequestId>double</RequestId></ErrorResponse>")
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


#: Status and text of the errors that a fault may name without saying more.
KNOWN_ERRORS: Final[dict[str, tuple[int, str]]] = {
    "AccessDenied": (403, "Access Denied"),
    "Throttling": (400, "Rate exceeded"),
    "SlowDown": (503, "Please reduce your request rate."),
    "InternalError": (500, "We encountered an internal error. Please try again."),
    "ServiceFailure": (500, "The request processing has failed."),
    "OperationAborted": (409, "A conflicting conditional operation is currently in progress "
                              "against this resource. Please try again."),
    "LimitExceeded": (409, "Cannot exceed quota."),
    "NoSuchBucket": (404, "The specified bucket does not exist"),
    "ExpiredToken": (400, "The provided token has expired."),
    "NotImplemented": (501, "A header you provided implies functionality that is not implemented."),
}
