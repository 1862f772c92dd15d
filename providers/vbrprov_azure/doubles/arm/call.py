"""One request, and the answer to it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vbrprov_azure.doubles.arm.store import Job, Store

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body, headers."""

    status: int
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler sees it. ``base`` is the URL of the double."""

    store: Store
    operation: str
    path: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    headers: Mapping[str, str]
    base: str
    failing: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """The path as a key of the store."""
        return self.path.lower()

    @property
    def group(self) -> str:
        """The id of the resource group."""
        return (f"/subscriptions/{self.names['subscriptionId']}"
                f"/resourceGroups/{self.names['resourceGroupName']}")

    @property
    def account(self) -> str:
        """The id of the storage account."""
        return (f"{self.group}/providers/Microsoft.Storage/storageAccounts/"
                f"{self.names['accountName']}")

    def later(self, finish: Callable[[], tuple[int, Json]], *,
              undo: Callable[[], None] = lambda: None) -> Answer:
        """An answer that says "accepted"; *finish* happens when the operation ends."""
        settings = self.store.settings
        job = Job(settings.polls, time.monotonic() + settings.seconds, finish, self.failing,
                  undo=undo)
        own = uuid.uuid4().hex
        self.store.jobs[own] = job
        url = f"{self.base}/subscriptions/{self.names['subscriptionId']}/operations/{own}"
        name = "Azure-AsyncOperation" if settings.lro == "async" else "Location"
        headers = {name: f"{url}?monitor={settings.lro}"}
        if settings.retry_after:
            headers["Retry-After"] = str(settings.retry_after)
        return Answer(202, None, headers)
