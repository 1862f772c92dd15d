"""Small values and helpers that the client's modules share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]
JsonValue = Any
JsonList = list[Json]

HIDDEN = "(sensitive)"

_SECRET_PROPERTIES = frozenset(
    {
        "password",
        "rootPassword",
        "passphrase",
        "privateKey",
        "secretKey",
        "newSecretKey",
        "sharedKey",
        "secret",
        "keyFile",
        "certificate",
        "handshakeCode",
        "verificationCode",
        "access_token",
        "refresh_token",
    }
)


def without_nulls(node: JsonValue) -> JsonValue:
    """Return *node* without properties that are null.

    Servers send null for optional properties; their own document refuses null in a PUT.
    """
    if isinstance(node, dict):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    if isinstance(node, list):
        return [without_nulls(item) for item in node]
    return node


def secrets_in(node: JsonValue) -> Iterator[str]:
    """Yield the secrets in a request body."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _SECRET_PROPERTIES and isinstance(value, str):
                yield value
            else:
                yield from secrets_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from secrets_in(item)


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with every secret replaced: a server may quote what it was sent."""
    # Longest first, so that a secret that contains another leaves no remainder.
    for secret in sorted({s for s in secrets if s}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
