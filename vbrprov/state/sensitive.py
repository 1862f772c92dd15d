"""Sensitive values in records: kept where the state is encrypted, fingerprints elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vbrprov.secrets import fingerprint
from vbrprov.values.wire import SENSITIVE_KEY, SPENT_KEY


def secrets_in(content: Any) -> Iterator[Any]:
    """What is stored of sensitive values."""
    if isinstance(content, dict):
        if content.keys() == {SENSITIVE_KEY}:
            yield content[SENSITIVE_KEY]
            return
        content = list(content.values())
    if isinstance(content, list):
        for item in content:
            yield from secrets_in(item)


def texts_in(secret: Any) -> Iterator[str]:
    """Every string in a sensitive value."""
    if isinstance(secret, str):
        yield secret
    elif isinstance(secret, dict | list):
        for item in secret.values() if isinstance(secret, dict) else secret:
            yield from texts_in(item)


def without_secrets(content: Any) -> Any:
    """*content* with fingerprints in place of sensitive values."""
    if isinstance(content, dict):
        if content.keys() == {SENSITIVE_KEY}:
            return {SPENT_KEY: fingerprint(content[SENSITIVE_KEY])}
        return {name: without_secrets(value) for name, value in content.items()}
    return [without_secrets(item) for item in content] if isinstance(content, list) else content
