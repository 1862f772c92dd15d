"""What can go wrong between this program and a backup server.

Every message names the server or the call and says what to do next. None holds a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class VbrError(Exception):
    """Any failure of a call to a backup server."""


class VbrUnreachable(VbrError):  # noqa: N818  # reads as what happened
    """No answer, and nothing was changed: the connection failed, or a read was not answered."""


class VbrTlsError(VbrError):
    """The server's certificate is not the expected one.

    Attributes:
        fingerprint: SHA-256 of the certificate that was presented, or None if it is unknown.
    """

    def __init__(self, message: str, fingerprint: str | None) -> None:
        """Keep the fingerprint beside the message."""
        super().__init__(message)
        self.fingerprint = fingerprint


class VbrAuthError(VbrError):
    """The server does not accept the user, or the user may not do this."""


class VbrRevisionError(VbrError):
    """No common revision of the API, or a call that this revision lacks."""


class VbrLostAnswer(VbrError):  # noqa: N818  # reads as what happened
    """A write was sent and its answer never came: the change may or may not have happened.

    The caller must look the object up before it does anything else.

    Attributes:
        method: HTTP method of the write.
        path: Path of the write.
    """

    def __init__(self, message: str, *, method: str, path: str) -> None:
        """Keep the call beside the message."""
        super().__init__(message)
        self.method = method
        self.path = path


class VbrRequestError(VbrError):
    """The server refused a request.

    Attributes:
        status: HTTP status.
        error_code: The server's code; open text, "" if it gave none.
        text: The server's own words.
        method: HTTP method.
        path: Path.
    """

    def __init__(self, *, status: int, error_code: str, text: str, method: str, path: str) -> None:
        """Build the message from the parts."""
        code = f" {error_code}" if error_code else ""
        super().__init__(f"{method} {path}: {status}{code}: {text or 'no explanation given'}")
        self.status = status
        self.error_code = error_code
        self.text = text
        self.method = method
        self.path = path


class VbrNotFound(VbrRequestError):  # noqa: N818  # reads as what happened
    """There is no such object."""


class VbrAlreadyExists(VbrRequestError):  # noqa: N818  # reads as what happened
    """Another object has that name."""


class VbrServerError(VbrRequestError):
    """The server failed (5xx). After a write, its effect is unknown."""


class VbrBusy(VbrRequestError):  # noqa: N818  # reads as what happened
    """The server is busy and did not carry the call out (429).

    Attributes:
        retry_after: Seconds after which the server wants to be asked again, or None.
    """

    def __init__(
        self, *, status: int, error_code: str, text: str, method: str, path: str,
        retry_after: float | None = None,
    ) -> None:
        """Keep the pause beside the parts."""
        super().__init__(
            status=status, error_code=error_code, text=text, method=method, path=path)
        self.retry_after = retry_after


class VbrAmbiguousObject(VbrError):  # noqa: N818  # reads as what happened
    """A finished create left no object, or several, that could be the new one."""


class VbrSessionError(VbrError):
    """A session failed or was cancelled.

    Attributes:
        session_id: Id of the session.
        records: Texts of its failed log records.
    """

    def __init__(self, message: str, *, session_id: str, records: Sequence[str] = ()) -> None:
        """Append the log records to the message."""
        super().__init__("\n".join((message, *(f"  {record}" for record in records))))
        self.session_id = session_id
        self.records = tuple(records)


class VbrSessionTimeout(VbrSessionError):  # noqa: N818  # reads as what happened
    """A session did not end in time; it goes on at the server."""
