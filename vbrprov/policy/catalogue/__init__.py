"""What an action is for, one file a service; the file has the name of the service."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from vbrprov.sdk import Level

#: Actions of these begin with the name of the service's namespace, not with a prefix.
_DOTTED = {"storage.": "google_storage", "iam.": "google_iam", "Microsoft.": "microsoft"}


@cache
def _service(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")


def _module(action: str) -> Any:
    for start, name in _DOTTED.items():
        if action.startswith(start):
            return _service(name)
    prefix, colon, _ = action.partition(":")
    return _service(prefix if colon else "azure_roles")


def describe(action: str) -> tuple[Level, str, str]:
    """Level of an action, what Veeam does with it, and the vendor's page about it.

    Raises:
        KeyError: No set holds this action.
    """
    module = _module(action)
    level, why = module.ACTIONS[action]
    return level, why, module.SOURCE


def s3_actions() -> frozenset[str]:
    """All S3 actions that are known here, those that Veeam needs and others."""
    module = _service("s3")
    return frozenset(module.ACTIONS) | frozenset(module.OTHERS)


def never_granted() -> dict[str, str]:
    """Actions that Veeam's identity must not have, and what would come of them."""
    found: dict[str, str] = _service("s3").NEVER
    return found
