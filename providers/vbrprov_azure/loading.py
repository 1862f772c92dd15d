"""Which of the Azure libraries are imported, and when: see `vbrprov.sdk.loading`."""

from __future__ import annotations

from typing import Final

from vbrprov.sdk.loading import load as load_modules

_CORE: Final = (
    "azure.core.exceptions", "azure.core.pipeline.policies", "azure.core.rest",
    "azure.mgmt.core.policies",
    # The transport is made on demand, and imports requests then.
    "requests", "azure.core.pipeline.transport._requests_basic",
)


def load() -> None:
    """See that what all calls need is imported."""
    load_modules(*_CORE)


def load_storage() -> None:
    """See that the library for storage is imported; groups, roles and locks need none."""
    load_modules(*_CORE, "azure.mgmt.storage")


def load_login() -> None:
    """See that the library for logging in is imported; the sandbox needs none."""
    load_modules(*_CORE, "azure.identity")
