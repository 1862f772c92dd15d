"""Doubles: what a provider brings to the sandbox.

A provider with a double has a module ``<package>.sandbox`` with ``double(peers) -> SandboxDouble``.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any


class SandboxDouble(abc.ABC):
    """A service on loopback that answers like the real one."""

    @abc.abstractmethod
    def start(self) -> None:
        """Begin to listen, on a free port of the loopback interface."""

    @abc.abstractmethod
    def stop(self) -> None:
        """Stop listening."""

    @abc.abstractmethod
    def reset(self) -> None:
        """Forget all objects."""

    @abc.abstractmethod
    def endpoints(self) -> Mapping[str, Any]:
        """What ``ProviderContext.sandbox`` gives to the provider: JSON data."""
