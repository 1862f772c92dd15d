"""Doubles: what a provider brings to the sandbox.

A provider with a double has a module ``<package>.sandbox`` with ``double(peers) -> SandboxDouble``.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any, Protocol


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


class Server(Protocol):
    """A double that runs in threads of its own process."""

    def start(self) -> object:
        """Begin to listen."""
        ...

    def stop(self) -> object:
        """Stop listening."""
        ...

    def reset(self) -> object:
        """Forget all objects."""
        ...

    def sandbox_endpoints(self) -> Mapping[str, Any]:
        """What the provider is to be given."""
        ...


class ServerDouble(SandboxDouble):
    """One server in the sandbox process, as it is."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def start(self) -> None:
        """Begin to listen."""
        self._server.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.stop()

    def reset(self) -> None:
        """Forget all objects."""
        self._server.reset()

    def endpoints(self) -> Mapping[str, Any]:
        """What the server says."""
        return self._server.sandbox_endpoints()
