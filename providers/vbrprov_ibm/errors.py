"""What the errors of IBM's REST services mean."""

from __future__ import annotations

import json
from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_s3.errors import MAX_MESSAGE, Cause, ServiceError

_SUMMARIES: Final = {
    ErrorClass.NOT_FOUND: "Object not found", ErrorClass.EXISTS: "Object exists already",
    ErrorClass.CONFLICT: "Another change was faster", ErrorClass.DENIED: "Access denied",
    ErrorClass.THROTTLED: "Too many requests", ErrorClass.FAILED: "Service failed",
    ErrorClass.LOST: "Answer lost",
}
#: https://cloud.ibm.com/apidocs/iam-identity-token-api: the key is wrong, or is gone.
BAD_KEY: Final = frozenset({"BXNIM0415E", "BXNIM0102E"})


def refusal(title: str, what: str, subject: str, status: int, body: bytes, *,
            reading: bool) -> ProviderError:
    """An error answer as a ``ProviderError``; *what* is the call, *subject* the object."""
    code, text = _told(body)
    kind = _kind(status, reading=reading)
    hint = ""
    if code in BAD_KEY:
        kind = ErrorClass.DENIED
        hint = "Check ibmcloud_api_key of the provider."
    elif kind is ErrorClass.DENIED:
        hint = ("Give the identity of the provider the role Manager on the instance, and Operator "
                "or Administrator on IAM for service ids and policies.")
    said = f'{title} answered {what} for {subject} with "{code or status}": {text or "no reason"}'
    return ServiceError(kind, _SUMMARIES.get(kind, "Request refused"),
                        said if said.endswith((".", "!")) else said + ".",
                        Cause(code, status, text), hint=hint)


def _told(body: bytes) -> tuple[str, str]:
    try:
        data = json.loads(body)
    except ValueError:
        return "", ""
    if not isinstance(data, dict):
        return "", ""
    # Each service has its own shape.
    listed = data.get("errors")
    first: dict[str, Any] = listed[0] if isinstance(listed, list) and listed else data
    code = first.get("code") or first.get("error_code") or first.get("errorCode") or ""
    text = first.get("message") or first.get("errorMessage") or first.get("description") or ""
    return str(code), str(text)[:MAX_MESSAGE]


def _kind(status: int, *, reading: bool) -> ErrorClass:
    known = {401: ErrorClass.DENIED, 403: ErrorClass.DENIED, 404: ErrorClass.NOT_FOUND,
             410: ErrorClass.NOT_FOUND, 409: ErrorClass.EXISTS, 412: ErrorClass.CONFLICT,
             429: ErrorClass.THROTTLED}
    if status in known:
        return known[status]
    if status >= 500:
        return ErrorClass.FAILED if reading else ErrorClass.LOST
    return ErrorClass.INVALID
