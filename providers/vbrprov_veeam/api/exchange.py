"""Requests to one backup server: revision, login, repeated reads, errors."""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from vbrprov_veeam.api.errors import (
    VbrAlreadyExists,
    VbrAuthError,
    VbrBusy,
    VbrError,
    VbrLostAnswer,
    VbrNotFound,
    VbrRequestError,
    VbrRevisionError,
    VbrServerError,
    VbrUnreachable,
)
from vbrprov_veeam.api.login import Login
from vbrprov_veeam.api.pauses import longest_wait, pause_asked
from vbrprov_veeam.api.revisions import KNOWN_REVISIONS
from vbrprov_veeam.api.values import Json, JsonValue, hide, secrets_in

if TYPE_CHECKING:
    from vbrprov_veeam.api.transport import Answer, Transport

_LOG = logging.getLogger(__name__)

_API = "/api/v1/"
_TOKEN_PATH = "/api/oauth2/token"  # noqa: S105  # a path
_LOGOUT_PATH = "/api/oauth2/logout"
_READ_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.5
_USER_AGENT = "vbrprov"

Param = str | int | bool | Sequence[str]


class Exchange:
    """Sends requests with version and token, and turns answers into JSON or errors."""

    def __init__(
        self,
        transport: Transport,
        username: str,
        password: str,
        *,
        revision: str,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """Use *transport*; the first request logs in.

        Raises:
            ValueError: The revision is unknown.
        """
        if revision != "auto" and revision not in KNOWN_REVISIONS:
            raise ValueError(
                f"unknown revision {revision!r}; it is one of auto, {', '.join(KNOWN_REVISIONS)}"
            )
        self._transport = transport
        self._login = Login(username, password, self._request_token, clock)
        self._revision = None if revision == "auto" else revision
        self._revision_lock = threading.Lock()
        self._clock = clock
        self._sleep = sleep

    def __repr__(self) -> str:
        """Name the server only."""
        return f"{self._transport.authority!r}, revision={self._revision!r}"

    @property
    def revision(self) -> str:
        """Revision in use; asks the server once if it is to be negotiated.

        Raises:
            VbrRevisionError: There is no common revision.
            VbrUnreachable: No answer.
            VbrTlsError: The certificate is not accepted.
        """
        with self._revision_lock:
            if self._revision is None:
                self._revision = self._negotiate()
            return self._revision

    def _negotiate(self) -> str:
        # No endpoint lists the revisions, but each has its document at a known place.
        for revision in KNOWN_REVISIONS:
            if self._repeated(partial(self._has_document, f"/swagger/v{revision}/swagger.json")):
                return revision
        raise VbrRevisionError(
            f"{self._transport.authority} speaks none of the API revisions "
            f"{', '.join(KNOWN_REVISIONS)}. Is it a Veeam Backup & Replication server of version "
            "12.3 or later?"
        )

    def _has_document(self, target: str) -> bool:
        status = self._transport.status(target, headers={"User-Agent": _USER_AGENT})
        if status >= 500 or status == 429:
            # Taken for an absent document, this would silently pick an older revision.
            raise VbrServerError(status=status, error_code="", text="", method="GET", path=target)
        return status == 200

    def logout(self) -> None:
        """End the login, if there is one, and close the connections."""
        token = self._login.forget()
        if token is not None:
            try:
                self._send("POST", _LOGOUT_PATH, token=token)
            except VbrError as error:
                _LOG.debug("logout failed: %s", type(error).__name__)
        self._transport.close()

    def hide(self, text: str) -> str:
        """Return *text* without the password and the tokens."""
        return hide(text, self._login.secrets())

    def _request_token(self, form: dict[str, str]) -> Json:
        body = urlencode(form).encode()
        try:
            answer = self._send(
                "POST", _TOKEN_PATH, body=body, content_type="application/x-www-form-urlencoded"
            )
            return self.decoded("POST", _TOKEN_PATH, answer, form) or {}
        except VbrRequestError as error:
            if error.status in (400, 401, 403):
                raise VbrAuthError(
                    f"{self._transport.authority} does not accept the user name and password: "
                    f"{error.text or 'no explanation given'}. A user with multi-factor "
                    "authentication must be marked as a service account."
                ) from error
            raise

    def call(
        self,
        method: str,
        path: str,
        params: Mapping[str, Param],
        *,
        body: JsonValue = None,
        repeatable: bool = False,
    ) -> JsonValue:
        """Make one call of the API.

        Args:
            method: HTTP method.
            path: Path, absolute or below ``/api/v1/``; it may end in a query.
            params: Query parameters.
            body: JSON body, or None for none.
            repeatable: True if the call changes nothing although it is no GET.

        Raises:
            VbrError: Any of its kinds.
        """
        path, _, query = (path if path.startswith("/") else _API + path).partition("?")
        query = "&".join(part for part in (query, _encoded(params)) if part)
        target = quote(path) + (f"?{query}" if query else "")
        raw = None if body is None else json.dumps(body).encode()

        def once() -> JsonValue:
            token = self._login.token()
            answer = self._send(method, target, body=raw, token=token)
            if answer.status == 401:
                # The server did not carry the call out, so even a write may go again.
                answer = self._send(method, target, body=raw, token=self._login.renew(token))
            return self.decoded(method, path, answer, body)

        reads = method == "GET" or repeatable
        if reads or method == "DELETE":
            # To delete again does no harm; before any other write somebody has to look.
            return self._after_pauses(lambda: self._repeated(once) if reads else once())
        return once()

    def _after_pauses(self, call: Callable[[], JsonValue]) -> JsonValue:
        """Make a call that may be repeated, as often as the server says to come later."""
        waited, turn = 0.0, 0
        while True:
            try:
                return call()
            except VbrBusy as error:
                pause = pause_asked(error.retry_after, turn)
                if waited + pause > longest_wait():
                    raise
                _LOG.debug("the server is busy; waiting for %.1f s", pause)
                self._sleep(pause)
                waited, turn = waited + pause, turn + 1

    def _repeated(self, call: Callable[[], JsonValue]) -> JsonValue:
        pause = _FIRST_PAUSE_SECONDS
        for left in range(_READ_ATTEMPTS - 1, -1, -1):
            try:
                return call()
            except (VbrUnreachable, VbrServerError) as error:
                if left == 0:
                    raise
                _LOG.debug("repeating a read: %s", type(error).__name__)
            # Spread out, so that parallel calls do not come back all at once.
            self._sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311  # no secret
            pause *= 2
        raise AssertionError("unreachable")

    def _send(
        self,
        method: str,
        target: str,
        *,
        body: bytes | None = None,
        content_type: str = "application/json",
        token: str | None = None,
    ) -> Answer:
        headers = {
            "x-api-version": self.revision,
            "Accept": "application/json",
            "User-Agent": _USER_AGENT,
        }
        if body is not None:
            headers["Content-Type"] = content_type
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        started = self._clock()
        answer = self._transport.send(method, target, headers=headers, body=body)
        _LOG.debug("%s %s: %d, %.3f s", method, target, answer.status, self._clock() - started)
        return answer

    def decoded(self, method: str, path: str, answer: Answer, body: JsonValue) -> JsonValue:
        """Return an answer's JSON, or raise what its status means."""
        data: JsonValue = None
        if answer.data.strip():
            try:
                data = json.loads(answer.data)
            except ValueError:
                data = None if answer.status >= 300 else _NOT_JSON
        if answer.status < 300 and data is not _NOT_JSON:
            return data
        fields = data if isinstance(data, dict) else {}
        secrets = [*self._login.secrets(), *secrets_in(body)]
        facts: Json = {
            "status": answer.status,
            "error_code": str(fields.get("errorCode") or ""),
            "text": hide(str(fields.get("message") or ""), secrets),
            "method": method,
            "path": path,
        }
        if data is _NOT_JSON:
            facts["text"] = "the answer is not JSON"
            if method != "GET" and path != _TOKEN_PATH:
                raise VbrLostAnswer(
                    f"{method} {path}: {answer.status}: the answer is not JSON. The change may "
                    "have been made.", method=method, path=path)
        if answer.status == 429 or (
                answer.status == 503 and answer.retry_after is not None
                and method in ("GET", "DELETE")):
            raise VbrBusy(**facts, retry_after=answer.retry_after)
        raise _error(facts, is_login=path == _TOKEN_PATH)


_NOT_JSON = object()


def _error(facts: Json, *, is_login: bool) -> VbrError:
    status = facts["status"]
    if status == 404:
        return VbrNotFound(**facts)
    if status >= 500:
        return VbrServerError(**facts)
    if status in (401, 403) and not is_login:
        what = "rejects the login" if status == 401 else "denies this user the call"
        text = facts["text"] or "no explanation given"
        return VbrAuthError(
            f"{facts['method']} {facts['path']}: the server {what} ({status}): {text}"
        )
    # The API has no status of its own for this.
    if status == 400 and "already exists" in facts["text"].casefold():
        return VbrAlreadyExists(**facts)
    return VbrRequestError(**facts)


def _encoded(params: Mapping[str, Param]) -> str:
    pairs = {
        key: str(value).lower() if isinstance(value, bool) else value
        for key, value in params.items()
    }
    return urlencode(pairs, doseq=True)
