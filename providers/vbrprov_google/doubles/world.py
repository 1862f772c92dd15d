"""What the double holds: projects with buckets, accounts, roles and keys.

Every project that is asked for exists, so that a configuration runs in the sandbox as it is.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import secrets
import threading
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from vbrprov_google.doubles.errors import ApiError

Json = dict[str, Any]

#: The project of the sandbox where a configuration names none.
PROJECT: Final = "sandbox-project"
_PROJECT: Final = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


def now() -> str:
    """The time as Google writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number_of(project: Json) -> str:
    """The number of a project."""
    return str(project["name"]).removeprefix("projects/")


def agent_of(project: Json) -> str:
    """The service agent of Cloud Storage in a project."""
    return f"service-{number_of(project)}@gs-project-accounts.iam.gserviceaccount.com"


def digest(*parts: Any) -> str:
    """An etag."""
    text = ":".join(map(str, parts)).encode()
    return base64.b64encode(hashlib.sha256(text).digest()[:6]).decode()


@dataclass(slots=True)
class Bucket:
    """A bucket: its resource, and all versions of its objects, the oldest first.

    ``contents`` are their data, by generation.
    """

    resource: Json
    objects: list[Json] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)


class World:
    """All objects; handlers run one at a time below ``lock``."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        #: Where key files that the double makes send one for a token.
        self.token_uri = ""
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self._count = itertools.count(1)
            self.tokens: set[str] = set()
            #: Secrets that were told, for tests that look for them elsewhere.
            self.told: list[str] = []
            self.buckets: dict[str, Bucket] = {}
            self.foreign: set[str] = set()
            self.accounts: dict[str, Json] = {}
            self.account_keys: dict[str, Json] = {}
            self.hmac_keys: dict[str, Json] = {}
            self.roles: dict[str, Json] = {}
            self.gone_roles: set[str] = set()
            self.crypto_keys: dict[str, Json] = {}
            self.key_rings: set[str] = set()
            self.policies: dict[str, Json] = {}
            self.projects: dict[str, Json] = {}

    def number(self) -> int:
        """A new number, never given twice."""
        return next(self._count)

    def new_token(self) -> str:
        """A bearer token that requests are then let in with."""
        with self.lock:
            token = f"ya29.{secrets.token_urlsafe(24)}"
            self.tokens.add(token)
            return token

    def project(self, name: str) -> Json:
        """A project by id or number; Google does not tell whether one of others exists."""
        for found in self.projects.values():
            if name == number_of(found):
                return found
        if name in self.foreign or not _PROJECT.fullmatch(name):
            raise ApiError("forbidden", "The caller does not have permission")
        if name not in self.projects:
            number = 100_000_000_000 + zlib.crc32(name.encode())
            self.projects[name] = {
                "name": f"projects/{number}", "projectId": name, "displayName": name,
                "state": "ACTIVE", "parent": "organizations/1000000000",
                "labels": {"purpose": "sandbox"}, "createTime": "2026-01-01T00:00:00.000Z",
                "updateTime": "2026-01-01T00:00:00.000Z", "etag": digest("project", name),
            }
        return self.projects[name]

    def project_id(self, name: str) -> str:
        """The id of a project."""
        return str(self.project(name)["projectId"])

    def account(self, name: str, project: str = "-") -> Json:
        """The service account with an email or a unique id."""
        for email, found in self.accounts.items():
            if name in (email, found["uniqueId"]) and project in ("-", found["projectId"]):
                return found
        raise ApiError("not_found", "Unknown service account")

    def bucket(self, name: str) -> Bucket:
        """A bucket of the project."""
        if name in self.foreign:
            raise ApiError("forbidden", "The caller does not have storage.buckets.get access to "
                                        "the Google Cloud Storage bucket.")
        if name not in self.buckets:
            raise ApiError("no_bucket")
        return self.buckets[name]
