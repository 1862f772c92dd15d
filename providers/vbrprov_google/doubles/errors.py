"""What the double refuses, in Google's own words, with the page that says so.

Cloud Storage words errors with ``reason``, the other services with ``status``.
https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes
https://docs.cloud.google.com/apis/design/errors
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_CODES: Final = "https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes"
_IAM: Final = "https://docs.cloud.google.com/iam/docs/reference/rest/v1"
_ROLES: Final = "https://docs.cloud.google.com/iam/docs/creating-custom-roles"
_PROVIDER: Final = "https://github.com/hashicorp/terraform-provider-google/blob/e03b7622"


@dataclass(frozen=True, slots=True)
class Refusal:
    """HTTP status, reason (Storage), status (the others), text and source of an error.

    A source that ends in ``(inferred)`` names no page: the code follows from the general rules.
    """

    http: int
    reason: str
    status: str
    text: str
    source: str


REFUSALS: Final[dict[str, Refusal]] = {
    "invalid": Refusal(400, "invalid", "INVALID_ARGUMENT", "Invalid Value", _CODES),
    "unknown_field": Refusal(
        400, "badRequest", "INVALID_ARGUMENT", "Invalid JSON payload received.",
        "https://docs.cloud.google.com/apis/design/errors#handling_errors (inferred)"),
    "required": Refusal(400, "required", "INVALID_ARGUMENT", "Required", _CODES),
    "unauthenticated": Refusal(401, "authError", "UNAUTHENTICATED", "Invalid Credentials", _CODES),
    "forbidden": Refusal(403, "forbidden", "PERMISSION_DENIED", "Forbidden", _CODES),
    "kms_denied": Refusal(
        403, "forbidden", "PERMISSION_DENIED",
        "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account "
        "has been authorized to use this key.",
        "https://docs.cloud.google.com/storage/docs/encryption/using-customer-managed-keys"),
    "retained": Refusal(
        403, "retentionPolicyNotMet", "PERMISSION_DENIED",
        "Object is subject to a retention policy or retention configuration and cannot be deleted "
        "or overwritten.", "https://docs.cloud.google.com/storage/docs/bucket-lock"),
    "held": Refusal(
        403, "objectUnderActiveHold", "PERMISSION_DENIED", "Object is under active hold.",
        "https://docs.cloud.google.com/storage/docs/object-holds"),
    "locked_policy": Refusal(
        403, "forbidden", "PERMISSION_DENIED",
        "Cannot reduce or remove the retention period of a locked Retention Policy.",
        "https://docs.cloud.google.com/storage/docs/bucket-lock"),
    "not_found": Refusal(404, "notFound", "NOT_FOUND", "Not Found", _CODES),
    "no_bucket": Refusal(404, "notFound", "NOT_FOUND", "The specified bucket does not exist.",
                         _CODES),
    "bucket_mine": Refusal(
        409, "conflict", "ALREADY_EXISTS",
        "Your previous request to create the named bucket succeeded and you already own it.",
        _CODES),
    "bucket_taken": Refusal(
        409, "conflict", "ALREADY_EXISTS",
        "The requested bucket name is not available. The bucket namespace is shared by all users "
        "of the system. Please select a different name and try again.", _CODES),
    "not_empty": Refusal(409, "conflict", "FAILED_PRECONDITION",
                         "The bucket you tried to delete is not empty.", _CODES),
    "precondition": Refusal(
        412, "conditionNotMet", "FAILED_PRECONDITION",
        "At least one of the pre-conditions you specified did not hold.", _CODES),
    "public": Refusal(
        412, "conditionNotMet", "FAILED_PRECONDITION",
        "The member bindings allUsers and allAuthenticatedUsers are not allowed since public "
        "access prevention is enforced.",
        "https://docs.cloud.google.com/storage/docs/public-access-prevention"),
    "rateLimitExceeded": Refusal(
        429, "rateLimitExceeded", "RESOURCE_EXHAUSTED",
        "The rate of change requests exceeds the limit. Please reduce your request rate.", _CODES),
    "internal": Refusal(500, "backendError", "INTERNAL", "Backend Error", _CODES),
    "unavailable": Refusal(503, "backendError", "UNAVAILABLE",
                           "The service is currently unavailable.", _CODES),
    "hmac_active": Refusal(
        400, "invalid", "INVALID_ARGUMENT", "Cannot delete keys in 'ACTIVE' state.",
        "https://docs.cloud.google.com/storage/docs/authentication/managing-hmackeys"),
    "hmac_same": Refusal(
        400, "invalid", "INVALID_ARGUMENT", "The key is in that state already.",
        f"{_PROVIDER}/google/services/storage/resource_storage_hmac_key.go"),
    "stale_policy": Refusal(
        409, "conflict", "ABORTED",
        "There were concurrent policy changes. Please retry the whole read-modify-write with "
        "exponential backoff.", "https://docs.cloud.google.com/iam/docs/policies#etag"),
    "exists": Refusal(409, "alreadyExists", "ALREADY_EXISTS", "It already exists.", _IAM),
    "role_deleted": Refusal(
        400, "failedPrecondition", "FAILED_PRECONDITION",
        "You can't create a role with a role_id where there is an existing role with that role_id "
        "in a deleted state.", _ROLES),
    "precondition_check": Refusal(400, "failedPrecondition", "FAILED_PRECONDITION",
                                  "Precondition check failed.", _IAM),
    "org_policy": Refusal(
        400, "failedPrecondition", "FAILED_PRECONDITION",
        "Key creation is not allowed on this service account: the request violates constraint "
        "iam.disableServiceAccountKeyCreation.",
        "https://github.com/googleapis/nodejs-storage/issues/1325"),
}


class ApiError(Exception):
    """The double refuses: *name* is a key of ``REFUSALS``; *text* says it more exactly."""

    def __init__(self, name: str, text: str = "") -> None:
        self.refusal = REFUSALS[name]
        self.text = text or self.refusal.text
        super().__init__(f"{name}: {self.text}")

    def body(self, storage: bool) -> dict[str, Any]:
        """The error as the service words it."""
        refusal = self.refusal
        error: dict[str, Any] = {"code": refusal.http, "message": self.text}
        if storage:
            error["errors"] = [{"message": self.text, "domain": "global",
                                "reason": refusal.reason}]
        else:
            error["status"] = refusal.status
        return {"error": error}
