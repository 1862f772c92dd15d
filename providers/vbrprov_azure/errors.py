"""Exceptions of the Azure libraries as ``ProviderError``; the one door of all calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_azure.codes import BAD_LOGIN, BY_POLICY, CODES, GONE
from vbrprov_azure.loading import load

T = TypeVar("T")

#: An error text of a service is cut here: some answer with a whole page of HTML.
MAX_MESSAGE = 600

_SUMMARIES = {
    ErrorClass.NOT_FOUND: "Object not found",
    ErrorClass.EXISTS: "Name already taken",
    ErrorClass.THROTTLED: "Too many requests",
    ErrorClass.CONFLICT: "Another change is running",
    ErrorClass.NOT_YET: "Dependency not visible yet",
    ErrorClass.DENIED: "Access denied",
    ErrorClass.INVALID: "Request refused",
    ErrorClass.UNSUPPORTED: "Not supported by this account",
    ErrorClass.LOCKED: "Locked object",
    ErrorClass.UNREACHABLE: "Service not reachable",
    ErrorClass.LOST: "Answer lost",
    ErrorClass.FAILED: "Service failed",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """What the service said, as far as it may be shown."""

    code: str
    status: int
    message: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A call for messages: its ``name``, what it is ``about``, whether it only ``reads``.

    ``permission`` is the action that Azure's roles know it by.
    """

    name: str
    about: str
    permission: str = ""
    reads: bool = False


class ServiceError(ProviderError):
    """A ``ProviderError`` that still knows the service's own code and text."""

    def __init__(self, kind: ErrorClass, summary: str, detail: str, cause: Cause, *,
                 hint: str = "") -> None:
        super().__init__(kind, summary, detail, hint=hint)
        self.cause = cause


def code_of(error: ProviderError) -> str:
    """The service's own error code, or an empty text."""
    return error.cause.code if isinstance(error, ServiceError) else ""


def invoke(operation: Operation, call: Callable[[], T]) -> T:
    """Run *call*.

    Raises:
        ProviderError: It failed. ``LOST`` when a change may have been made all the same.
    """
    load()
    from azure.core import exceptions as azure

    try:
        return call()
    except azure.HttpResponseError as error:
        raise from_answer(operation, error) from error
    except azure.AzureError as error:
        raise _from_transport(operation, error) from error


def found(call: Callable[[], T]) -> T | None:
    """What *call* returns, ``None`` when Azure says that there is no such object."""
    try:
        return call()
    except ProviderError as error:
        if error.kind is ErrorClass.NOT_FOUND:
            return None
        raise


def from_answer(operation: Operation, error: Any) -> ProviderError:
    """A refusal as ``ProviderError``; *error* is an ``HttpResponseError``."""
    response = getattr(error, "response", None)
    status = int(getattr(error, "status_code", None) or getattr(response, "status_code", 0) or 0)
    if response is None:
        # azure-identity refuses without any answer of the service.
        return _no_login(operation, error)
    said = getattr(error, "error", None)
    code = str(getattr(said, "code", "") or "")
    text = " ".join(str(getattr(said, "message", "") or error.message or "").split())
    return refusal(operation, status, code, text)


def refusal(operation: Operation, status: int, code: str, text: str) -> ServiceError:
    """What Azure answered, as an error with a class."""
    text = text[:MAX_MESSAGE]
    cause = Cause(code, status, text)
    kind = CODES.get(code) or (
        ErrorClass.NOT_FOUND if status == 404 and GONE.fullmatch(code)
        else _by_status(status, operation.reads))
    shown = code or f"HTTP {status}"
    detail = f'Azure answered {operation.name} for {operation.about} with "{shown}"'
    detail += f": {text}" if text and text != code else "."
    detail += "" if detail.endswith((".", "!")) else "."
    hint, summary = "", _SUMMARIES[kind]
    if code in BAD_LOGIN:
        summary, hint = "Login not accepted", "Log in again, and check tenant_id and client_id."
    elif code in BY_POLICY:
        summary, hint = "Refused by policy", "Ask whoever looks after Azure Policy here."
    elif code == "MissingSubscriptionRegistration":
        hint = "Register the resource provider that it names: az provider register -n NAME."
    elif code == "ScopeLocked":
        hint = "Remove the management lock first."
    elif kind is ErrorClass.DENIED:
        right = f" {operation.permission}" if operation.permission else " it"
        hint = (f"Allow{right} on {operation.about} for the identity that the provider uses. "
                "A role that was assigned just now takes up to ten minutes.")
    elif kind is ErrorClass.LOST:
        detail += " The change may have been made all the same."
    elif kind is ErrorClass.FAILED and status == 404:
        detail += " Azure does not say that the object is gone, so it is not taken for gone."
    return ServiceError(kind, summary, detail, cause, hint=hint)


def _by_status(status: int, reads: bool) -> ErrorClass:
    if status in (401, 403):
        return ErrorClass.DENIED
    if status == 429:
        return ErrorClass.THROTTLED
    if status in (409, 412):
        return ErrorClass.CONFLICT
    if status >= 500 or status == 408:
        return ErrorClass.FAILED if reads else ErrorClass.LOST
    if status in (400, 405, 413, 415, 422):
        return ErrorClass.INVALID
    return ErrorClass.FAILED


def _no_login(operation: Operation, error: Exception) -> ProviderError:
    text = " ".join(str(error).split())[:MAX_MESSAGE].rstrip(".")
    return ProviderError(
        ErrorClass.DENIED, "No login",
        f"{operation.name} for {operation.about} was not sent, since Azure gave no token: {text}.",
        hint="Set client_id with client_secret, a certificate, use_oidc or use_msi on the "
             "provider, or log in with az login.")


def _from_transport(operation: Operation, error: Exception) -> ProviderError:
    from azure.core import exceptions as azure

    plain = f"{type(error).__name__}: {' '.join(str(error).split())}"[:MAX_MESSAGE].rstrip(".")
    if isinstance(error, azure.ClientAuthenticationError):
        return _no_login(operation, error)
    # Nothing has left this machine when no connection came about.
    if isinstance(error, azure.ServiceRequestError) or operation.reads:
        return ProviderError(
            ErrorClass.UNREACHABLE, _SUMMARIES[ErrorClass.UNREACHABLE],
            f"Azure could not be reached: {operation.name} for {operation.about} failed with "
            f"{plain}.", hint="Check the network, the proxy and the endpoint.")
    return ProviderError(
        ErrorClass.LOST, _SUMMARIES[ErrorClass.LOST],
        f"{operation.name} for {operation.about} was sent to Azure and no answer came ({plain}). "
        "The change may have been made all the same.")
