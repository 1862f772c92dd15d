"""What the resource types of MinIO's identities share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_s3.session import Clients

T = TypeVar("T")

#: https://github.com/minio/minio/blob/master/internal/auth/credentials.go
SHORTEST_ACCESS_KEY = 3
SHORTEST_SECRET = 8


def check_access_key(value: Any) -> str | None:
    """What is wrong with the name of a user, which is its access key."""
    if len(value) < SHORTEST_ACCESS_KEY or value != value.strip() or "," in value or "=" in value:
        return (f"A name has at least {SHORTEST_ACCESS_KEY} characters, no blanks around it, no "
                "comma and no equals sign.")
    return None


def check_secret(value: Any) -> str | None:
    """What is wrong with a secret key; never says the key."""
    if len(value) < SHORTEST_SECRET:
        return f"A secret key has at least {SHORTEST_SECRET} characters."
    return None


def user_subject(name: str) -> str:
    """How messages name a user."""
    return f'user "{name}"'


def policy_subject(name: str) -> str:
    """How messages name a policy."""
    return f'policy "{name}"'


def or_none(read: Callable[[], T]) -> T | None:
    """What *read* gives, or ``None`` when MinIO has no such thing."""
    try:
        return read()
    except ProviderError as error:
        if error.kind is ErrorClass.NOT_FOUND:
            return None
        raise


def user_info(client: Clients, name: str) -> dict[str, Any] | None:
    """The user: ``status``, ``policyName``, ``memberOf``, ``updatedAt``."""
    return or_none(lambda: client.admin().get("user-info", user_subject(name), accessKey=name))


def policies_of(info: dict[str, Any]) -> list[str]:
    """The names of the policies that are attached."""
    return [name for name in str(info.get("policyName") or "").split(",") if name]


def moment(text: Any) -> datetime | None:
    """A time of MinIO's, or ``None`` when it tells none."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    # Go's zero time stands for "never".
    return found if found.year > 1 else None
