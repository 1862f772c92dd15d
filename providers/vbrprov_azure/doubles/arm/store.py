"""What the double holds: objects by id in lower case, and operations that take time."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def now() -> str:
    """The time as Azure writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def new_etag() -> str:
    """An etag that was never given out."""
    return f'"0x8D{uuid.uuid4().hex[:13].upper()}"'


@dataclass(slots=True)
class Job:
    """A long-running operation.

    It ends after ``polls`` looks, or at ``ends`` (monotonic seconds), whether anybody looks or
    not. ``finish`` is what happens then; ``error`` (code and message) makes it fail instead.
    """

    polls: int
    ends: float
    finish: Callable[[], tuple[int, Json]]
    error: tuple[str, str] | None = None
    result: tuple[int, Json] | None = None
    undo: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Settings:
    """How the double behaves; steered by tests.

    ``lro``: location, async (``Azure-AsyncOperation``) or immediate. ``retry_after`` seconds are
    sent with answers of operations under way where set.
    """

    lro: str = "location"
    polls: int = 1
    seconds: float = 1.0
    retry_after: int = 0


class Store:
    """All objects of all subscriptions."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.settings = Settings()
        self.groups: dict[str, Json] = {}
        self.accounts: dict[str, Account] = {}
        self.identities: dict[str, Json] = {}
        self.roles: dict[str, Json] = {}
        self.assignments: dict[str, Json] = {}
        self.locks: dict[str, Json] = {}
        #: Names of accounts that others hold, in other subscriptions.
        self.taken: set[str] = set()
        #: Names of deleted accounts, and who may have them again.
        self.deleted: dict[str, Json] = {}
        self.jobs: dict[str, Job] = {}

    def settle(self) -> None:
        """End the operations whose time has come."""
        for job in list(self.jobs.values()):
            if job.result is None and time.monotonic() >= job.ends:
                end(job)

    def inside(self, group: str) -> Iterator[Json]:
        """The resources in a group."""
        prefix = group.lower() + "/"
        for own, account in self.accounts.items():
            if own.startswith(prefix):
                yield account.body
        for own, body in self.identities.items():
            if own.startswith(prefix):
                yield body


def end(job: Job) -> tuple[int, Json]:
    """Let an operation end, once."""
    if job.result is None:
        if job.error is not None:
            job.undo()
            job.result = (0, {"code": job.error[0], "message": job.error[1]})
        else:
            job.result = job.finish()
    return job.result


@dataclass(slots=True)
class Account:
    """A storage account with what is in it."""

    body: Json
    keys: dict[str, Json]
    service: Json = field(default_factory=dict)
    policy: Json | None = None
    containers: dict[str, Container] = field(default_factory=dict)

    @property
    def properties(self) -> Json:
        """Its properties."""
        inner: Json = self.body["properties"]
        return inner


@dataclass(slots=True)
class Container:
    """A container; ``blobs`` is how many blobs are in it."""

    properties: Json
    etag: str = field(default_factory=new_etag)
    policy: Json | None = None
    policy_etag: str = ""
    holds: list[str] = field(default_factory=list)
    blobs: int = 0

    def touch(self) -> None:
        """Note a change."""
        self.etag = new_etag()
        self.properties["lastModifiedTime"] = now()
