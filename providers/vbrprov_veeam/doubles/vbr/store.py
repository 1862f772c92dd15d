"""The objects that the double keeps, and the secrets that it never gives back."""

from __future__ import annotations

import hashlib
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

NO_ID = "00000000-0000-0000-0000-000000000000"

SECRET_PROPERTIES = frozenset(
    {
        "password",
        "newPassword",
        "rootPassword",
        "passphrase",
        "privateKey",
        "secretKey",
        "newSecretKey",
        "sharedKey",
        "secret",
        "keyFile",
        "certificatePassword",
        "handshakeCode",
        "verificationCode",
        "access_token",
        "refresh_token",
    }
)


class Store:
    """Collections of JSON objects by id.

    Every access must hold `lock`; the request pipeline does so for the whole of a handler.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.lock = threading.RLock()
        self.collections: dict[str, dict[str, Json]] = {}
        self._secrets: dict[tuple[str, str], Json] = {}
        self._last_stamp = datetime.now(UTC)

    def collection(self, name: str) -> dict[str, Json]:
        """Return the collection called *name*; empty if nothing was ever put there."""
        return self.collections.setdefault(name, {})

    def find(self, name: str, object_id: str) -> Json | None:
        """Return one object, or None."""
        return self.collection(name).get(object_id)

    def secrets(self, name: str, object_id: str) -> Json:
        """Return the secrets of one object, for changing."""
        return self._secrets.setdefault((name, object_id), {})

    def all_secrets(self) -> dict[str, list[Json]]:
        """Return copies of all secrets by collection."""
        found: dict[str, list[Json]] = {}
        with self.lock:
            for (name, _), secrets in self._secrets.items():
                found.setdefault(name, []).append(dict(secrets))
        return found

    def forget(self, name: str, object_id: str) -> None:
        """Remove an object and its secrets."""
        self.collection(name).pop(object_id, None)
        self._secrets.pop((name, object_id), None)

    def users_of(self, object_id: str) -> Iterator[tuple[str, Json]]:
        """Yield (collection, object) of everything that refers to *object_id*."""
        for name, objects in self.collections.items():
            for key, value in objects.items():
                if key != object_id and _mentions(value, object_id):
                    yield name, value

    def now(self) -> str:
        """Return the time as the API writes it; never the same stamp twice."""
        stamp = max(datetime.now(UTC), self._last_stamp + timedelta(microseconds=1))
        self._last_stamp = stamp
        return stamp.isoformat(timespec="microseconds")


def new_id() -> str:
    """Return a new object id."""
    return str(uuid.uuid4())


def _mentions(node: JsonValue, object_id: str) -> bool:
    if isinstance(node, dict):
        return any(_mentions(value, object_id) for value in node.values())
    if isinstance(node, list):
        return any(_mentions(item, object_id) for item in node)
    return bool(node == object_id)


def without_secrets(node: JsonValue, taken: Json | None = None) -> JsonValue:
    """Return *node* without secret properties; put what was found into *taken*."""
    if isinstance(node, list):
        return [without_secrets(item, taken) for item in node]
    if not isinstance(node, dict):
        return node
    result = {}
    for key, value in node.items():
        if _is_secret(key, value):
            if taken is not None:
                taken[key] = value
        else:
            result[key] = without_secrets(value, taken)
    return result


def with_fingerprints(node: JsonValue) -> JsonValue:
    """Return *node* with each secret replaced by the SHA-256 of it."""
    if isinstance(node, list):
        return [with_fingerprints(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {"sha256": fingerprint(value)} if _is_secret(key, value) else with_fingerprints(value)
        for key, value in node.items()
    }


def _is_secret(key: str, value: JsonValue) -> bool:
    # `certificate` is an upload with the key inside; as an answer it is an object of public facts.
    if key == "certificate" and isinstance(value, str):
        return True
    return key in SECRET_PROPERTIES and isinstance(value, str)


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a secret as hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
