"""Sessions: how the API carries out writes that take time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.store import NO_ID, Store, new_id

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.json_types import Json

# Returns an error text, or None when the work is done.
Work = Callable[[], str | None]
Check = Callable[[], str | None]


@dataclass(slots=True)
class Session:
    """One session.

    Attributes:
        polls_left: How many more reads show it unfinished.
        check: Asked outside the store's lock before the work; a text fails the session.
        work: Done under the store's lock when the session ends well.
        object_id: Id of the object that the session saves; shown as ``resourceId`` at the end.
        claimed: True while a thread is finishing the session.
    """

    id: str
    name: str
    session_type: str
    created: str
    initiated_by: str
    polls_left: int
    usn: int
    born: float
    object_id: str | None = None
    check: Check | None = None
    work: Work | None = None
    related_id: str | None = None
    ended: str | None = None
    state: str = "Starting"
    result: str = "None"
    message: str = ""
    canceled: bool = False
    claimed: bool = False
    records: list[Json] = field(default_factory=list)


class Sessions:
    """Makes sessions and moves them along.

    A session ends when it has been read often enough, or when it is old enough: a client that
    died after its POST finds the object there later, as with a real server.
    """

    def __init__(
        self, store: Store, *, polls: int, seconds: float | None, resource_id: str, user: str
    ) -> None:
        """Use *store*.

        Args:
            store: Where the lock and the time come from.
            polls: How many reads show a session unfinished.
            seconds: Age at which a session ends even if nobody reads it; None for never.
            resource_id: What a finished save session shows as ``resourceId``: ``object``,
                ``session`` or ``none``. The document does not promise the first.
            user: Shown as ``initiatedBy``.
        """
        self._store = store
        self._polls = polls
        self._seconds = seconds
        self._resource_id = resource_id
        self._user = user
        self._sessions: dict[str, Session] = {}
        self._usn = 1000
        self._forced: list[str] = []
        self._slow: list[int] = []

    def force_failure(self, message: str) -> None:
        """Make the next session fail with *message* in its log."""
        self._forced.append(message)

    def drop_forced_failures(self) -> None:
        """Drop forced failures that no session took: the request made none."""
        self._forced.clear()
        self._slow.clear()

    def slow_down(self, polls: int) -> None:
        """Make the next session stay unfinished for so many reads."""
        self._slow.append(polls)

    def interrupt(self) -> None:
        """End every running session as failed: the service starts again."""
        with self._store.lock:
            for session in self._sessions.values():
                if session.state != "Stopped":
                    self._end(session, "Failed", "The service was restarted")

    def start(
        self,
        name: str,
        session_type: str,
        *,
        object_id: str | None = None,
        check: Check | None = None,
        work: Work | None = None,
        related_id: str | None = None,
    ) -> Json:
        """Start a session and return the first answer, which has no ``resourceId`` yet."""
        with self._store.lock:
            self._usn += 1
            session = Session(
                id=new_id(),
                name=name,
                session_type=session_type,
                created=self._store.now(),
                initiated_by=self._user,
                polls_left=self._polls,
                usn=self._usn,
                born=time.monotonic(),
                object_id=object_id,
                check=check,
                work=work,
                related_id=related_id,
            )
            if self._slow:
                session.polls_left = self._slow.pop(0)
            if self._forced:
                text = self._forced.pop(0)
                session.check = lambda: text
            self._sessions[session.id] = session
            self._record(session, "Succeeded", f"{name} started")
            return self.model(session)

    def get(self, session_id: str) -> Session | None:
        """Return a session as it is."""
        return self._sessions.get(session_id)

    def all(self) -> list[Session]:
        """Return all sessions, oldest first."""
        return list(self._sessions.values())

    def poll(self, session_id: str) -> None:
        """Move one session one step on, because somebody reads it."""
        with self._store.lock:
            session = self._sessions.get(session_id)
            if session is None or session.state == "Stopped" or session.claimed:
                return
            if session.polls_left > 0:
                session.state = "Starting" if session.polls_left == self._polls > 1 else "Working"
                session.polls_left -= 1
                return
        self._finish(session)

    def end_now(self, session_id: str) -> None:
        """End one session now, for an operation whose answer tells of none."""
        session = self._sessions.get(session_id)
        if session is not None:
            self._finish(session)

    def settle(self, *, everything: bool = False) -> None:
        """End the sessions that are old enough, or all of them."""
        for session in list(self._sessions.values()):
            if session.state == "Stopped":
                continue
            age = time.monotonic() - session.born
            if everything or (self._seconds is not None and age >= self._seconds):
                self._finish(session)

    def stop(self, session: Session) -> None:
        """Cancel a running session."""
        with self._store.lock:
            if session.state != "Stopped":
                self._end(session, "Failed", "Stopped by user", canceled=True)

    def _finish(self, session: Session) -> None:
        with self._store.lock:
            if session.claimed or session.state == "Stopped":
                return
            session.claimed = True
        try:
            # The check may go over the network, so it runs without the lock.
            problem = session.check() if session.check is not None else None
        except Exception as error:  # noqa: BLE001  # a hook's bug must show as a failed session
            problem = f"{type(error).__name__}: {error}"
        with self._store.lock:
            session.claimed = False
            if session.state == "Stopped":
                return
            if problem is None and session.work is not None:
                problem = session.work()
            if problem is not None:
                self._end(session, "Failed", problem)
            else:
                self._end(session, "Success", "")

    def _end(self, session: Session, result: str, message: str, *, canceled: bool = False) -> None:
        session.state = "Stopped"
        session.result = result
        session.message = message
        session.canceled = canceled
        session.ended = self._store.now()
        self._usn += 1
        session.usn = self._usn
        if result == "Failed":
            self._record(session, "Failed", f"{session.name} failed", message)
        else:
            self._record(session, "Succeeded", f"{session.name} finished")

    def _record(self, session: Session, status: str, title: str, description: str = "") -> None:
        now = self._store.now()
        record = {
            "id": len(session.records) + 1,
            "status": status,
            "startTime": now,
            "updateTime": now,
            "title": title,
            "description": description,
        }
        session.records.append(record)

    def model(self, session: Session) -> Json:
        """Return the document's ``SessionModel``."""
        ended = session.state == "Stopped"
        model: Json = {
            "id": session.id,
            "name": session.name,
            "jobId": session.id,
            "sessionType": session.session_type,
            "creationTime": session.created,
            "state": session.state,
            "progressPercent": 100 if ended else 0,
            "result": {
                "result": session.result,
                "message": session.message,
                "isCanceled": session.canceled,
            },
            "usn": session.usn,
            "platformId": NO_ID,
            "initiatedBy": session.initiated_by,
        }
        if session.ended is not None:
            model["endTime"] = session.ended
        if session.related_id is not None:
            model["relatedSessionId"] = session.related_id
        resource_id = self._shown_resource(session)
        if ended and resource_id is not None:
            model["resourceId"] = resource_id
        return model

    def _shown_resource(self, session: Session) -> str | None:
        # In the vendor's example of a deletion session `resourceId` is the session's own id.
        if session.session_type == "InfrastructureItemDeletion" or self._resource_id == "session":
            return session.id
        return session.object_id if self._resource_id == "object" else None
