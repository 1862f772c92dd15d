"""Azure in the sandbox: the double of Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.double import SandboxDouble
from vbrprov_azure.doubles.arm.server import ArmDouble


class AzureSandbox(SandboxDouble):
    """The double in the sandbox process."""

    def __init__(self) -> None:
        self._double = ArmDouble()

    def start(self) -> None:
        """Begin to listen."""
        self._double.start()

    def stop(self) -> None:
        """Stop listening."""
        self._double.stop()

    def reset(self) -> None:
        """Forget all objects."""
        self._double.reset()

    def endpoints(self) -> Mapping[str, Any]:
        """Endpoint, subscription and identity."""
        return self._double.sandbox_endpoints()


def double(peers: Mapping[str, SandboxDouble]) -> SandboxDouble:
    """The double of this provider."""
    return AzureSandbox()
