"""Google's errors as ``ProviderError``; the one door through which all calls go.

https://docs.cloud.google.com/storage/docs/retry-strategy
https://docs.cloud.google.com/apis/design/errors
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_google.loading import load

T = TypeVar("T")

#: An error text of a service is cut here.
MAX_MESSAGE: Final = 600
#: Seconds for which a call is repeated that was throttled or failed on the way.
RETRY_SECONDS: Final = 120.0

_READS: Final = ("get", "list", "getIamPolicy", "getAccessToken")
_TITLES: Final = {"storage": "Google Cloud Storage", "iam": "Google IAM",
                  "resourcemanager": "Google Resource Manager", "cloudkms": "Google Cloud KMS"}
_SUMMARIES: Final = {
    ErrorClass.NOT_FOUND: "Object not found",
    ErrorClass.EXISTS: "Name already taken",
    ErrorClass.THROTTLED: "Too many requests",
    ErrorClass.CONFLICT: "Changed at the same time",
    ErrorClass.NOT_YET: "Dependency not visible yet",
    ErrorClass.DENIED: "Access denied",
    ErrorClass.INVALID: "Request refused",
    ErrorClass.LOCKED: "Locked object",
    ErrorClass.UNREACHABLE: "Service not reachable",
    ErrorClass.LOST: "Answer lost",
    ErrorClass.FAILED: "Service failed",
}
_BY_STATUS: Final = {401: ErrorClass.DENIED, 403: ErrorClass.DENIED, 404: ErrorClass.NOT_FOUND,
                     409: ErrorClass.EXISTS, 412: ErrorClass.CONFLICT, 429: ErrorClass.THROTTLED}
#: Reasons and status words that say more than the number.
_BY_REASON: Final = {
    "rateLimitExceeded": ErrorClass.THROTTLED, "userRateLimitExceeded": ErrorClass.THROTTLED,
    "retentionPolicyNotMet": ErrorClass.LOCKED, "objectUnderActiveHold": ErrorClass.LOCKED,
    "ABORTED": ErrorClass.CONFLICT,
}
#: A call that failed so did nothing, and may be sent again at any time.
_REFUSED: Final = frozenset({ErrorClass.THROTTLED})
#: A call that may have been done; sent again only where that makes no difference.
_PASSING: Final = _REFUSED | {ErrorClass.FAILED, ErrorClass.UNREACHABLE, ErrorClass.LOST}


@dataclass(frozen=True, slots=True)
class Cause:
    """What the service said: HTTP status, its own word for the error, and the text."""

    status: int
    reason: str
    message: str


class ServiceError(ProviderError):
    """A ``ProviderError`` that still knows what the service said."""

    def __init__(self, kind: ErrorClass, summary: str, detail: str, cause: Cause, *,
                 hint: str = "") -> None:
        super().__init__(kind, summary, detail, hint=hint)
        self.cause = cause


def cause_of(error: ProviderError) -> Cause:
    """What the service said, as far as it said anything."""
    return error.cause if isinstance(error, ServiceError) else Cause(0, "", "")


def call(ctx: StepContext, permission: str, subject: str, send: Callable[[], T], *,
         repeat: bool = True) -> T:
    """Send a request, and again while it fails for a reason that passes.

    Args:
        ctx: For waiting.
        permission: The permission that the call needs; says also what it does.
        subject: What it is about (``bucket "x"``).
        send: Sends it once.
        repeat: Whether doing it twice is the same as doing it once. Otherwise it is repeated only
            when the service refused it for now.

    Raises:
        ProviderError: The call failed. ``LOST`` when a change may have been made all the same.
    """
    return retry(lambda: once(permission, subject, send), ctx,
                 _PASSING if repeat else _REFUSED, RETRY_SECONDS)


def once(permission: str, subject: str, send: Callable[[], T]) -> T:
    """Send a request and translate what goes wrong."""
    load()
    import requests
    from google.api_core.exceptions import GoogleAPICallError
    from google.auth.exceptions import GoogleAuthError

    try:
        return send()
    except GoogleAPICallError as error:
        raise _answered(permission, subject, error) from error
    except GoogleAuthError as error:
        raise _no_login(permission, subject, error) from error
    except requests.RequestException as error:
        raise _on_the_way(permission, subject, error) from error


def found(read: Callable[[], T]) -> T | None:
    """What *read* returns, or ``None`` when the service says that it does not exist."""
    try:
        return read()
    except ProviderError as error:
        if error.kind is ErrorClass.NOT_FOUND:
            return None
        raise


def title_of(permission: str) -> str:
    """The name of the service for people."""
    return _TITLES.get(permission.partition(".")[0], "Google")


def _reads(permission: str) -> bool:
    return permission.rpartition(".")[2] in _READS


def _cause(error: Any) -> Cause:
    body: Any = {}
    try:
        body = error.response.json()["error"]
    except (AttributeError, ValueError, KeyError, TypeError):
        # Something between here and Google answered, with a page of its own.
        body = {}
    if not isinstance(body, dict):
        body = {"message": str(body)}
    listed = body.get("errors") or [{}]
    reason = body.get("status") or listed[0].get("reason") or ""
    return Cause(int(error.code or 0), str(reason),
                 str(body.get("message") or error.message or "")[:MAX_MESSAGE])


def _answered(permission: str, subject: str, error: Any) -> ProviderError:
    cause = _cause(error)
    kind = _BY_REASON.get(cause.reason) or _BY_STATUS.get(cause.status) or ErrorClass.INVALID
    if cause.status == 408 or cause.status >= 500:
        kind = ErrorClass.FAILED if _reads(permission) else ErrorClass.LOST
    elif kind is ErrorClass.INVALID and "does not exist" in cause.message:
        # A policy that names an account which was made seconds ago.
        kind = ErrorClass.NOT_YET
    said = f"{title_of(permission)} answered {cause.status} for {subject}"
    said += f": {cause.message}" if cause.message else ""
    said = said if said.endswith((".", "!")) else said + "."
    summary, hint = _SUMMARIES[kind], ""
    if cause.status == 401:
        summary, hint = "Credentials not accepted", "Log in again, or check the key file."
    elif kind is ErrorClass.DENIED:
        said += f" The missing permission may be {permission}."
        hint = (f"Allow {permission} for the identity that the provider uses, see that the API is "
                "enabled in the project, and that no organisation policy denies it.")
    elif kind is ErrorClass.LOST:
        said += " The change may have been made all the same."
    elif "constraint" in cause.message:
        summary = "Forbidden by the organisation"
        hint = ("An organisation policy forbids it; it is lifted in Organization policies of the "
                "Google Cloud console.")
    return ServiceError(kind, summary, said, cause, hint=hint)


def _no_login(permission: str, subject: str, error: Exception) -> ProviderError:
    from google.auth.exceptions import TransportError

    text = str(error)[:MAX_MESSAGE].rstrip(".")
    if isinstance(error, TransportError):
        return ProviderError(
            ErrorClass.UNREACHABLE, _SUMMARIES[ErrorClass.UNREACHABLE],
            f"The login for {subject} could not be reached: {text}.",
            hint="Check the network and the proxy.")
    return ProviderError(
        ErrorClass.DENIED, "No credentials",
        f"{title_of(permission)} was not asked for {subject}: {text}.",
        hint="Set credentials on the provider, GOOGLE_APPLICATION_CREDENTIALS, or log in with: "
             "gcloud auth application-default login")


def _on_the_way(permission: str, subject: str, error: Exception) -> ProviderError:
    import requests

    text = f"{type(error).__name__}: {error}"[:MAX_MESSAGE].rstrip(".")
    # Nothing has left this machine when no connection came about.
    unsent = isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError,
                                requests.exceptions.SSLError)) or (
        "NewConnectionError" in text or "NameResolutionError" in text)
    if unsent or _reads(permission):
        return ProviderError(
            ErrorClass.UNREACHABLE, _SUMMARIES[ErrorClass.UNREACHABLE],
            f"{title_of(permission)} could not be reached for {subject}: {text}.",
            hint="Check the network, the proxy and the endpoint.")
    return ProviderError(
        ErrorClass.LOST, _SUMMARIES[ErrorClass.LOST],
        f"The request for {subject} was sent to {title_of(permission)} and no answer came "
        f"({text}). The change may have been made all the same.")
