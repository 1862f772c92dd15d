"""The client: typed calls to one backup server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from vbrprov_veeam.api import waiting
from vbrprov_veeam.api.errors import VbrAlreadyExists, VbrAmbiguousObject, VbrRequestError
from vbrprov_veeam.api.exchange import Exchange, Param
from vbrprov_veeam.api.revisions import Wire
from vbrprov_veeam.api.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from types import TracebackType

    from vbrprov_veeam.api.values import Json, JsonList, JsonValue

_PAGE_SIZE = 200


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
        proxy: str | None = None,
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
            max_connections: How many calls may run at a time, those of other clients of the same
                server included.
            proxy: URL of an HTTP proxy, ``none`` for none, None for what the environment says.
            clock: Monotonic time in seconds.
            sleep: Waits for so many seconds.

        Raises:
            ValueError: The address, the fingerprint or the revision cannot be right.
        """
        transport = Transport(
            base_url,
            fingerprint=fingerprint,
            ca_file=ca_file,
            timeout=timeout,
            max_connections=max_connections,
            proxy=proxy,
        )
        self._exchange = Exchange(
            transport, username, password, revision=revision, clock=clock, sleep=sleep
        )
        self._session_timeout = session_timeout
        self._poll_interval = poll_interval
        self._clock = clock
        self._sleep = sleep

    def __repr__(self) -> str:
        """Name the server only."""
        return f"VbrClient({self._exchange!r})"

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
        return self._exchange.revision

    @property
    def wire(self) -> Wire:
        """Translation between the words of 1.3-rev2 and those of the revision in use."""
        return Wire(self.revision)

    # Calls.

    def get(self, path: str, **params: Param) -> JsonValue:
        """GET *path*; repeated on failures of connection or server.

        Args:
            path: Path, absolute or below ``/api/v1/``; it may end in a query.
            **params: Query parameters.
        """
        return self._exchange.call("GET", path, params)

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
        return self._exchange.call("POST", path, params, body=body, repeatable=reads)

    def put(self, path: str, body: JsonValue, **params: Param) -> JsonValue:
        """PUT *body*: a full replace."""
        return self._exchange.call("PUT", path, params, body=body)

    def delete(self, path: str, **params: Param) -> JsonValue:
        """DELETE *path*; the answer is a session or None."""
        return self._exchange.call("DELETE", path, params)

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
        session = self._exchange.call("POST", collection_path, params, body=body)
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
        self._exchange.logout()

    def hide(self, text: str) -> str:
        """Return *text* without the client's own secrets."""
        return self._exchange.hide(text)
