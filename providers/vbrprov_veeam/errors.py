"""Errors of the client as errors that the engine and a user understand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_veeam.api import (
    VbrAlreadyExists,
    VbrAmbiguousObject,
    VbrAuthError,
    VbrBusy,
    VbrError,
    VbrLostAnswer,
    VbrNotFound,
    VbrRequestError,
    VbrRevisionError,
    VbrServerError,
    VbrSessionError,
    VbrSessionTimeout,
    VbrTlsError,
    VbrUnreachable,
)

# The first class that fits counts, so a subclass stands before its base.
_CLASSES: tuple[tuple[type[VbrError], ErrorClass, str, str], ...] = (
    (VbrUnreachable, ErrorClass.UNREACHABLE, "Backup server does not answer",
     "Check server and port in the provider block, the way through firewalls, and that the service "
     "'Veeam Backup REST Service' runs."),
    (VbrTlsError, ErrorClass.DENIED, "Certificate is not accepted",
     "Set fingerprint or ca_file in the provider block."),
    (VbrAuthError, ErrorClass.DENIED, "Access denied",
     "Check username and password in the provider block, and that the user's role is Backup "
     "Administrator."),
    (VbrRevisionError, ErrorClass.UNSUPPORTED, "API revision is not supported", ""),
    (VbrLostAnswer, ErrorClass.LOST, "Answer was lost",
     "Run the command again; vbrprov looks first whether the change was made."),
    (VbrNotFound, ErrorClass.NOT_FOUND, "Object not found", ""),
    (VbrAlreadyExists, ErrorClass.EXISTS, "Object exists already",
     "Import the object, or choose another name."),
    (VbrBusy, ErrorClass.THROTTLED, "Backup server is busy",
     "Run the command again later, or lower max_connections in the provider block."),
    (VbrServerError, ErrorClass.FAILED, "Backup server failed",
     "Run the command again; if it fails again, the log of the REST service on the backup server "
     "says more."),
    (VbrRequestError, ErrorClass.INVALID, "Backup server refused the request",
     "Correct what the server's text names, and run the command again."),
    (VbrSessionTimeout, ErrorClass.LOST, "Session did not end in time",
     "The session goes on at the server. Raise session_timeout in the provider block if it needs "
     "longer, and run the command again."),
    (VbrSessionError, ErrorClass.FAILED, "Session failed",
     "Repair what the records of the session name, and run the command again. The backup server's "
     "console shows the whole session under History."),
    (VbrAmbiguousObject, ErrorClass.LOST, "New object not found", ""),
)


@contextlib.contextmanager
def translated(label: str) -> Iterator[None]:
    """Turn the client's errors into ``ProviderError``; *label* names the server."""
    try:
        yield
    except VbrError as error:
        raise provider_error(error, label) from error


def provider_error(error: VbrError, label: str) -> ProviderError:
    """The error for a user; it holds the server's own words and what to check."""
    kind, summary, hint = ErrorClass.FAILED, "Call to the backup server failed", ""
    for fits, its_kind, its_summary, its_hint in _CLASSES:
        if isinstance(error, fits):
            kind, summary, hint = its_kind, its_summary, its_hint
            break
    if isinstance(error, VbrServerError) and error.method != "GET":
        # Whether a write that ended so had an effect is not known.
        kind = ErrorClass.LOST
    text = str(error)
    detail = text if label in text else f"{label}: {text}"
    return ProviderError(kind, summary, detail, hint=hint)
