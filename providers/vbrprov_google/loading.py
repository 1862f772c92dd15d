"""Which of Google's libraries are imported, and when: see `vbrprov.sdk.loading`."""

from __future__ import annotations

from typing import Final

from vbrprov.sdk.loading import load as load_modules

_CORE: Final = (
    "requests", "google.auth", "google.auth.exceptions", "google.auth.transport.requests",
    "google.api_core.exceptions", "google.oauth2.credentials",
)


def load() -> None:
    """See that what all calls need is imported."""
    load_modules(*_CORE)


def load_storage() -> None:
    """See that the library for storage is imported; accounts and grants need none."""
    load_modules(*_CORE, "google.cloud.storage", "google.cloud.storage.hmac_key")
