"""A lock that ends by itself: a lease that its holder renews and others watch.

Whether a holder is alive is judged by watching its lease change, on the watcher's own steady clock:
no two clocks are ever compared. A lease alone keeps nobody from writing late; the segments' names
and the snapshot's version do (see docs/adr/0012-remote-state.md).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import NamedTuple

import msgspec

from vbrprov.platform_.clock import steady
from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.lock import LockHolder
from vbrprov.sdk.store import ObjectStore, StoreConflictError, StoreError
from vbrprov.state.errors import StateAccessError, StateLockedError
from vbrprov.state.remote.access import get, put_surely

DEFAULT_SECONDS = 30.0


class LeaseRecord(msgspec.Struct, omit_defaults=True):
    """The content of a lock object.

    ``seconds``: how long the holder may leave it unchanged. ``beat`` counts renewals, so that no
    two contents, and no two ETags, are the same.
    """

    id: str
    who: str
    host: str
    pid: int
    operation: str
    since: str
    seconds: float
    beat: int = 0
    released: bool = False

    @property
    def holder(self) -> LockHolder:
        """Who holds or held it."""
        return LockHolder(self.id, self.who, self.host, self.pid, self.operation, self.since)


class LeaseSight(NamedTuple):
    """A lock object as seen: ``record`` is None when there is none, or it cannot be understood."""

    version: str | None
    record: LeaseRecord | None

    @property
    def is_held(self) -> bool:
        """Whether somebody holds it, alive or not."""
        return self.version is not None and not (self.record and self.record.released)


def look(store: ObjectStore, name: str) -> LeaseSight:
    """The lock object now. Raises ``StoreError``."""
    stored = get(store, name)
    if stored is None:
        return LeaseSight(None, None)
    try:
        return LeaseSight(stored.version, msgspec.json.decode(stored.data, type=LeaseRecord))
    except msgspec.MsgspecError:
        return LeaseSight(stored.version, None)


class Lease:
    """A lease that this process holds, renewed by a thread until it is released or lost.

    Args:
        store: Where the lock object is.
        name: Its name.
        record: Its content.
        version: Its version.
        since: When that was begun to be written, by the steady clock.
    """

    def __init__(self, store: ObjectStore, name: str, record: LeaseRecord, version: str,
                 since: float) -> None:
        self._store = store
        self._name = name
        self.record = record
        self._version = version
        self._since = since
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._on_loss: Callable[[], None] = _nothing
        self.lost = False
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)
        self._thread.start()

    def tell(self, on_loss: Callable[[], None]) -> None:
        """Have *on_loss* told when somebody else has taken it."""
        self._on_loss = on_loss
        if self.lost:
            on_loss()

    def _beat(self) -> None:
        while not self._ended.wait(self.record.seconds / 3):
            try:
                with self._turn:
                    self._renew()
            except StoreConflictError:
                return
            except StoreError:
                # Nobody may write in our place unseen: what is written next finds out.
                continue

    def assure(self) -> None:
        """See that nobody has taken it, right before something new is started.

        As long as it was renewed within its length nobody can have taken it: whoever watches it
        waits for as long. After that (this process was stopped, or the store did not answer) it is
        renewed first.

        Raises:
            StoreConflictError: Somebody has taken it.
            StoreError: That cannot be found out.
        """
        if not self.lost and self._is_fresh:
            return
        with self._turn:
            if self.lost:
                raise StoreConflictError("another run has taken the lock")
            if not self._is_fresh:
                self._renew()

    @property
    def _is_fresh(self) -> bool:
        return steady() - self._since < self.record.seconds

    def _renew(self) -> None:
        following = msgspec.structs.replace(self.record, beat=self.record.beat + 1)
        data = msgspec.json.encode(following)
        since = steady()
        try:
            self._version = put_surely(self._store, self._name, data, self._version, ())
        except StoreConflictError:
            self.lost = True
            self._on_loss()
            raise
        self.record, self._since = following, since

    def release(self) -> None:
        """Stop renewing, and say that nobody holds it; does nothing when it was lost."""
        self._ended.set()
        self._thread.join()
        if self.lost:
            return
        failpoint("lock.before_release")
        data = msgspec.json.encode(msgspec.structs.replace(self.record, released=True))
        try:
            put_surely(self._store, self._name, data, self._version)
        except StoreError:
            # It ends by itself.
            return


def _nothing() -> None:
    """Nobody needs to be told."""


class Taken(NamedTuple):
    """A lease, and whether its last holder never gave it up."""

    lease: Lease
    from_other: bool


def take(store: ObjectStore, name: str, operation: str, *, seconds: float, timeout: float,
         on_wait: Callable[[LockHolder | None], None], stop: threading.Event) -> Taken:
    """Take a lease, from its last holder too when that holder no longer renews it.

    A holder that is alive is waited for up to *timeout*. To learn whether it is alive takes up to
    the length of its lease, also when *timeout* is zero.

    Raises:
        StateLockedError: Somebody alive holds it.
        StoreError: The store does not answer.
    """
    started = time.monotonic()
    seen: str | None = None
    since, changes = started, -1
    while True:
        sight = look(store, name)
        if not sight.is_held:
            lease = _claim(store, name, operation, seconds, sight.version)
            if lease is not None:
                return Taken(lease, from_other=False)
            continue
        now = time.monotonic()
        if sight.version != seen:
            seen, since, changes = sight.version, now, changes + 1
            if changes == 0:
                on_wait(sight.record.holder if sight.record else None)
        length = sight.record.seconds if sight.record else DEFAULT_SECONDS
        if now - since >= length:
            lease = _claim(store, name, operation, seconds, sight.version)
            if lease is not None:
                return Taken(lease, from_other=True)
            continue
        if (changes > 0 and now - started >= timeout) or stop.is_set():
            raise _locked(store, sight.record)
        stop.wait(min(1.0, length / 10))


def _claim(store: ObjectStore, name: str, operation: str, seconds: float,
           version: str | None) -> Lease | None:
    """The lease, unless somebody else was quicker."""
    record = LeaseRecord(**asdict(LockHolder.myself(operation)), seconds=seconds)
    since = steady()
    try:
        new = put_surely(store, name, msgspec.json.encode(record), version)
    except StoreConflictError:
        return None
    return Lease(store, name, record, new, since)


def _locked(store: ObjectStore, record: LeaseRecord | None) -> StateLockedError:
    holder = record.holder if record is not None else None
    return StateLockedError(
        f"The state in {store.description} is in use by "
        f"{holder or 'another process, which left no readable note'}.", holder,
        hint="Wait for it to end, or give -lock-timeout. A lock whose holder has died is taken "
        "over by itself.",
    )


def seize(store: ObjectStore, name: str, lock_id: str, seconds: float) -> Lease | None:
    """Take the lease from whoever holds it, alive or not; ``None`` when nobody does.

    Raises:
        StateLockedError: The lock's id is another than *lock_id* (unless that is empty).
        StateAccessError: It changes faster than it can be taken.
        StoreError: The store does not answer.
    """
    for _ in range(20):
        sight = look(store, name)
        if not sight.is_held:
            return None
        found = sight.record.id if sight.record is not None else ""
        if lock_id and lock_id != found:
            holder = sight.record.holder if sight.record else None
            raise StateLockedError(
                f'The lock has another id than "{lock_id}": {found or "(not readable)"}, held by '
                f"{holder or 'somebody who left no readable note'}.", holder)
        lease = _claim(store, name, "lock break", seconds, sight.version)
        if lease is not None:
            return lease
    raise StateAccessError(f"The lock in {store.description} changes all the time. Try again.")
