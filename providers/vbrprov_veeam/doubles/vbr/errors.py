"""The error answers of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.json_types import Json


class ApiError(Exception):
    """An answer that is not a success.

    Attributes:
        status: HTTP status.
        code: The document's ``errorCode``.
        message: Text for people.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keep the parts of the answer."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> Json:
        """Return the document's ``Error`` object."""
        return {"errorCode": self.code, "message": self.message}


def bad_request(message: str) -> ApiError:
    """The request itself is wrong, or the object may not change that way."""
    # The document has no code of its own for this; its example of status 400 says UnknownError.
    return ApiError(400, "UnknownError", message)


def not_found(what: str, object_id: str) -> ApiError:
    """There is no such object."""
    return ApiError(404, "NotFound", f"{what} with ID {object_id} not found")


def access_denied(message: str) -> ApiError:
    """The login, or the token, is not accepted."""
    return ApiError(401, "AccessDenied", message)


def already_exists(kind: str, name: str) -> ApiError:
    """Another object has that name.

    The document knows no 409: a duplicate is a 400 whose text says so.
    """
    return bad_request(f"{kind} with name '{name}' already exists")
