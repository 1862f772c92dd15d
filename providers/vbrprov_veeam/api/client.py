"""The client: typed calls to one backup server."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, urlencode

from vbrprov_veeam.api import waiting
from vbrprov_veeam.api.errors import (
    VbrAlreadyExists,
    VbrAmbiguousObject,
    VbrAuthError,
    VbrError,
    VbrNotFound,
    VbrRequestError,
    VbrRevisionError,
    VbrServerError,
    VbrUnreachable,
)
from vbrprov_veeam.api.login import Login
from vbrprov_veeam.api.revisions import KNOWN_REVISIONS, Wire
from vbrprov_veeam.api.transport import Answer, Transport
from vbrprov_veeam.api.values import Json, JsonList, JsonValue, hide, secrets_in

if TYPE_CHECKING:
    from types import TracebackType

_LOG = logging.getLogger(__name__)

_API = "/api/v1/"
_TOKEN_PATH = "/api/oauth2/token"  # noqa: S105  # a path
_LOGOUT_PATH = "/api/oauth2/logout"
_PAGE_SIZE = 200
_READ_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.5
_USER_AGENT = "vbrprov"

Param = str | int | bool | Sequence[str]


class VbrClient:
    """Calls the REST API of one backup server. Threads may share a client.

    Reads are repeated when the connection or the server fails. Writes never are: `VbrLostAnswer`
    says that one may have happened.
    """

    def __init__(
        self,
        base_url: str,
        username: str,
        password: str,
        *,
        revision: str = "auto",
        fingerprint: str | None = None,
        ca_file: str | None = None,
        timeout: float = 60.0,
        session_timeout: float = 1800.0,
        poll_interval: tuple[float, float] = (1.0, 5.0),
        max_connections: int = 8,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare a client; the first call connects and logs in.

        Args:
            base_url: ``https://host[:port]``.
            username: User, of a role that may do what the calls do.
            password: Its password.
            revision: Revision of the API to use, or ``auto`` for the newest common one.
            fingerprint: SHA-256 of the only certificate to accept.
            ca_file: File of certificate authorities to trust instead of the system's.
            timeout: Seconds to wait for one answer.
            session_timeout: Seconds to wait for a session.
            poll_interval: First and longest pause between two looks at a session, in seconds.
            max_connections: How many calls may run at a time.
            clock: Monotonic time in seconds.
            sleep: Waits for so many seconds.

        Raises:
            ValueError: The address, the fingerprint or the revision cannot be right.
        """
        if revision != "auto" and revision not in KNOWN_REVISIONS:
            raise ValueError(f"unknown revision {revision!r}; one of auto, {KNOWN_REVISIONS}")
        self._transport = Transport(
            base_url,
            fingerprint=fingerprint,
            ca_file=ca_file,
            timeout=timeout,
            max_connections=max_connections,
        )
        self._login = Login(username, password, self._request_token, clock)
        self._revision = None if revision == "auto" else revision
        self._revision_lock = threading.Lock()
        self._session_timeout = session_timeout
        self._poll_interval = poll_interval
        self._clock = clock
        self._sleep = sleep

    def __repr__(self) -> str:
        """Name the server only."""
        return f"VbrClient({self._transport.authority!r}, revision={self._revision!r})"

    def __enter__(self) -> Self:
        """Do nothing: the first call logs in."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Log out."""
        self.logout()

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

    @property
    def wire(self) -> Wire:
        """Translation between the words of 1.3-rev2 and those of the revision in use."""
        return Wire(self.revision)

    def _negotiate(self) -> str:
        # No endpoint lists the revisions, but each has its document at a known place.
        headers = {"User-Agent": _USER_AGENT}
        for revision in KNOWN_REVISIONS:
            target = f"/swagger/v{revision}/swagger.json"
            if self._repeated(lambda t=target: self._transport.exists(t, headers=headers)):  # type: ignore[misc]  # bound at once
                return revision
        raise VbrRevisionError(
            f"{self._transport.authority} speaks none of the API revisions "
            f"{', '.join(KNOWN_REVISIONS)}. Is it a Veeam Backup & Replication server of version "
            "12.3 or later?"
        )

    # Calls.

    def get(self, path: str, **params: Param) -> JsonValue:
        """GET *path*; repeated on failures of connection or server.

        Args:
            path: Path, absolute or below ``/api/v1/``; it may end in a query.
            **params: Query parameters.
        """
        return self._call("GET", path, params)

    def post(
        self, path: str, body: JsonValue = None, *, reads: bool = False, **params: Param
    ) -> JsonValue:
        """POST *body*.

        Args:
            path: Path.
            body: Body, or None for none.
            reads: True for a POST that changes nothing (browsing, inventory): it may be repeated.
            **params: Query parameters.
        """
        return self._call("POST", path, params, body=body, repeatable=reads)

    def put(self, path: str, body: JsonValue, **params: Param) -> JsonValue:
        """PUT *body*: a full replace."""
        return self._call("PUT", path, params, body=body)

    def delete(self, path: str, **params: Param) -> JsonValue:
        """DELETE *path*; the answer is a session or None."""
        return self._call("DELETE", path, params)

    def list(self, path: str, **filters: Param) -> Iterator[Json]:
        """Yield every object of a collection, page by page.

        Args:
            path: Path of the collection.
            **filters: Query parameters, such as ``nameFilter``; they do not match exactly.
        """
        skip = 0
        while True:
            params: dict[str, Param] = {**filters, "skip": skip, "limit": _PAGE_SIZE}
            page = self.get(path, **params) or {}
            items = page.get("data") or []
            yield from items
            skip += len(items)
            total = (page.get("pagination") or {}).get("total") or 0
            if not items or skip >= total:
                return

    def find_by_name(
        self, collection_path: str, name: str, type: str | Collection[str] | None = None
    ) -> JsonList:
        """Return the objects with exactly this name, and one of these types if given.

        The server's ``nameFilter`` may match any property, so the names are compared here.
        """
        types = {type} if isinstance(type, str) else type
        return [
            item
            for item in self.list(collection_path, nameFilter=name)
            if item.get("name") == name and (types is None or item.get("type") in types)
        ]

    # Asynchronous writes.

    def wait_session(self, session: Json, *, timeout: float | None = None) -> Json:
        """Wait until a session has stopped; return its last form.

        A result of Warning is a success; the caller may show ``result.message``.

        Raises:
            VbrSessionError: It failed, was cancelled, or waits for a person.
            VbrSessionTimeout: It did not end in time.
        """
        return waiting.wait(
            self,
            session,
            timeout=self._session_timeout if timeout is None else timeout,
            interval=self._poll_interval,
            clock=self._clock,
            sleep=self._sleep,
        )

    def wait_if_session(self, answer: JsonValue, *, timeout: float | None = None) -> JsonValue:
        """Wait if *answer* is a session; return its last form, or the answer itself."""
        if not waiting.is_session(answer):
            return answer
        return self.wait_session(answer, timeout=timeout)

    def create_async(
        self,
        collection_path: str,
        body: Json,
        *,
        name: str,
        type: str | Collection[str] | None = None,
        timeout: float | None = None,
        on_session: Callable[[str], None] | None = None,
        **params: Param,
    ) -> Json:
        """Create an object whose POST answers with a session; return it as the server shows it.

        Args:
            collection_path: Path of the collection.
            body: The spec.
            name: Name of the object; it must be free.
            type: Type or types that the object may read back as.
            timeout: Seconds to wait for the session.
            on_session: Told the session's id before the wait, so that it survives a crash.
            **params: Query parameters of the POST.

        Raises:
            VbrAlreadyExists: The name is taken; nothing was sent.
            VbrLostAnswer: The POST may have happened.
            VbrSessionError: The session failed.
            VbrAmbiguousObject: The new object cannot be told from others.
        """
        if self.find_by_name(collection_path, name):
            raise VbrAlreadyExists(
                status=400,
                error_code="",
                text=f"an object named '{name}' already exists; import it or choose another name",
                method="POST",
                path=collection_path,
            )
        session = self._call("POST", collection_path, params, body=body)
        if on_session is not None:
            on_session(session["id"])
        return self.finish_create(session, collection_path, name=name, type=type, timeout=timeout)

    def finish_create(
        self,
        session: Json,
        collection_path: str,
        *,
        name: str,
        type: str | Collection[str] | None = None,
        timeout: float | None = None,
    ) -> Json:
        """Wait for a create's session and return the object that it made.

        A session's ``resourceId`` is optional and not always the object's id, so it is believed
        only if the object there has the right name. After a crash, pass
        ``{"id": <session id>}`` to go on waiting.
        """
        session = self.wait_session(session, timeout=timeout)
        resource_id = session.get("resourceId")
        if resource_id:
            try:
                model = self.get(f"{collection_path}/{resource_id}")
            except VbrRequestError:
                model = None
            if model and model.get("name") == name:
                return dict(model)
        found = self.find_by_name(collection_path, name, type)
        if len(found) != 1:
            raise VbrAmbiguousObject(
                f"Session {session['id']} ended well, but {len(found)} objects at "
                f"{collection_path} are named '{name}'."
            )
        created: Json = found[0]
        return created

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
        """Return *text* without the client's own secrets."""
        return hide(text, self._login.secrets())

    # Inside.

    def _request_token(self, form: dict[str, str]) -> Json:
        body = urlencode(form).encode()
        try:
            answer = self._send(
                "POST", _TOKEN_PATH, body=body, content_type="application/x-www-form-urlencoded"
            )
            return self._decoded("POST", _TOKEN_PATH, answer, form) or {}
        except VbrRequestError as error:
            if error.status in (400, 401, 403):
                raise VbrAuthError(
                    f"{self._transport.authority} does not accept the user name and password: "
                    f"{error.text or 'no explanation given'}. A user with multi-factor "
                    "authentication must be marked as a service account."
                ) from error
            raise

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, Param],
        *,
        body: JsonValue = None,
        repeatable: bool = False,
    ) -> JsonValue:
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
            return self._decoded(method, path, answer, body)

        if method == "GET" or repeatable:
            return self._repeated(once)
        return once()

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

    def _decoded(self, method: str, path: str, answer: Answer, body: JsonValue) -> JsonValue:
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
