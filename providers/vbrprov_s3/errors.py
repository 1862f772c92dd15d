"""botocore's exceptions as ``ProviderError``; the one door through which S3 and IAM calls go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_s3.codes import AMBIGUOUS, BAD_CREDENTIALS, COMMON_CODES
from vbrprov_s3.loading import load

T = TypeVar("T")

#: An error text of a service is cut here: some answer with a whole page of HTML.
MAX_MESSAGE = 600

_READS = ("head_", "get_", "list_", "simulate_")
_SUMMARIES = {
    ErrorClass.NOT_FOUND: "Object not found",
    ErrorClass.EXISTS: "Name already taken",
    ErrorClass.THROTTLED: "Too many requests",
    ErrorClass.CONFLICT: "Another change is running",
    ErrorClass.NOT_YET: "Dependency not visible yet",
    ErrorClass.DENIED: "Access denied",
    ErrorClass.INVALID: "Request refused",
    ErrorClass.UNSUPPORTED: "Not supported by this store",
    ErrorClass.LOCKED: "Locked object",
    ErrorClass.UNREACHABLE: "Service not reachable",
    ErrorClass.LOST: "Answer lost",
    ErrorClass.FAILED: "Service failed",
}


@dataclass(frozen=True, slots=True)
class Service:
    """What translation knows of one service.

    ``title`` is its name for people, ``prefix`` the one of its policy actions, ``permissions`` the
    actions that are not named like their operation.
    """

    title: str
    prefix: str
    codes: Mapping[str, ErrorClass]
    permissions: Mapping[str, str]

    def permission(self, operation: str) -> str:
        """The policy action that *operation* (``GetBucketVersioning``) needs."""
        return self.permissions.get(operation, f"{self.prefix}:{operation}")


@dataclass(frozen=True, slots=True)
class Cause:
    """What the service said, as far as it may be shown."""

    code: str
    status: int
    message: str


class ServiceError(ProviderError):
    """A ``ProviderError`` that still knows the service's own code and text."""

    def __init__(self, kind: ErrorClass, summary: str, detail: str, cause: Cause, *,
                 hint: str = "") -> None:
        super().__init__(kind, summary, detail, hint=hint)
        self.cause = cause


def code_of(error: ProviderError) -> str:
    """The service's own error code, or an empty string."""
    return error.cause.code if isinstance(error, ServiceError) else ""


def invoke(service: Service, operation: Callable[..., T], subject: str, **parameters: Any) -> T:
    """Call a client method; *subject* says what it is about (``bucket "x"``).

    Raises:
        ProviderError: The call failed. ``LOST`` when a change may have been made all the same.
    """
    load()
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        return operation(**parameters)
    except ClientError as error:
        raise _from_answer(service, error, subject) from error
    except (BotoCoreError, HTTPClientError) as error:
        name = getattr(operation, "__name__", "")
        raise _from_transport(service, error, name, subject) from error


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def is_read(operation: str) -> bool:
    """Whether a client method (``get_user``) only reads."""
    return operation.startswith(_READS)


def _from_answer(service: Service, error: Any, subject: str) -> ProviderError:
    answer: Mapping[str, Any] = error.response
    code = str(answer.get("Error", {}).get("Code", ""))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) or 0)
    text = str(answer.get("Error", {}).get("Message", "") or "")[:MAX_MESSAGE]
    operation: str = error.operation_name
    cause = Cause(code, status, text)
    kind = service.codes.get(code) or COMMON_CODES.get(code)
    if code.startswith("MalformedPolicy") and "principal" in text.lower():
        # A user or role made seconds ago is unknown to S3, IAM and KMS for a while.
        kind = ErrorClass.NOT_YET
    if kind is None:
        kind = _by_status(code, status, operation)
    said = f'{service.title} answered {operation} for {subject} with "{code}"'
    said += f": {text}" if text and text != code else "."
    said = said if said.endswith((".", "!")) else said + "."
    hint = ""
    summary = _SUMMARIES[kind]
    if code in BAD_CREDENTIALS:
        summary = "Credentials not accepted"
        hint = _credential_hint(code)
    elif kind is ErrorClass.DENIED:
        # The SDK takes on the provider's role by itself, in the middle of any other call.
        role = operation.startswith("AssumeRole")
        permission = f"sts:{operation}" if role else service.permission(operation)
        hint = (f"Allow {permission} on {'the role' if role else subject} for the identity that "
                "the provider uses, and see that no bucket policy, permissions boundary or "
                "organisation policy denies it.")
        said += f" The missing permission is {permission}."
    elif kind is ErrorClass.LOST:
        said += " The change may have been made all the same."
    return ServiceError(kind, summary, said, cause, hint=hint)


def _credential_hint(code: str) -> str:
    if code in ("RequestTimeTooSkewed", "RequestExpired"):
        return "Set the clock of this machine."
    if code.startswith("Expired") or code in ("TokenRefreshRequired", "InvalidToken"):
        return "Log in again or renew the session token."
    return "Check the access key and the secret key of the provider, and that the key is active."


def _by_status(code: str, status: int, operation: str) -> ErrorClass:
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in operation).lstrip("_")
    if status == 503 and is_read(snake):
        # HEAD answers have no body, so that SlowDown looks like any other refusal for the moment.
        return ErrorClass.THROTTLED
    if code in AMBIGUOUS or status >= 500:
        return ErrorClass.FAILED if is_read(snake) else ErrorClass.LOST
    if status in (401, 403):
        return ErrorClass.DENIED
    if status == 429:
        return ErrorClass.THROTTLED
    return ErrorClass.INVALID if status else ErrorClass.FAILED


def _from_transport(service: Service, error: Exception, name: str, subject: str) -> ProviderError:
    from botocore import exceptions as known

    where = f"{_camel(name)} for {subject}"
    login = (known.NoCredentialsError, known.PartialCredentialsError,
             known.CredentialRetrievalError, known.ProfileNotFound, known.TokenRetrievalError,
             known.SSOError, known.InvalidConfigError)
    if isinstance(error, login):
        return ProviderError(
            ErrorClass.DENIED, "No credentials",
            f"{service.title} was not called: {error}.".replace("..", "."),
            hint="Set access_key and secret_key or profile on the provider, or the usual "
                 "environment variables.")
    if isinstance(error, (known.ParamValidationError, known.NoRegionError,
                          known.InvalidRegionError)):
        return ProviderError(ErrorClass.INVALID, _SUMMARIES[ErrorClass.INVALID],
                             f"{where} was not sent: {error}.".replace("..", "."))
    # Nothing has left this machine when no connection came about.
    unsent = (known.EndpointConnectionError, known.ConnectTimeoutError,
              known.ProxyConnectionError, known.SSLError)
    if isinstance(error, unsent) or is_read(name):
        return ProviderError(
            ErrorClass.UNREACHABLE, _SUMMARIES[ErrorClass.UNREACHABLE],
            f"{service.title} could not be reached: {where} failed with {_plain(error)}.",
            hint="Check the network, the proxy and the endpoint.")
    return ProviderError(
        ErrorClass.LOST, _SUMMARIES[ErrorClass.LOST],
        f"{where} was sent to {service.title} and no answer came ({_plain(error)}). "
        "The change may have been made all the same.")


def _plain(error: Exception) -> str:
    """The error's own text without its trailing stop."""
    return f"{type(error).__name__}: {error}"[:MAX_MESSAGE].rstrip(".")
