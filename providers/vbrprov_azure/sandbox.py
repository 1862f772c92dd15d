"""Azure in the sandbox: the double of Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk.double import SandboxDouble, ServerDouble
from vbrprov_azure.doubles.arm.server import ArmDouble


def double(peers: Mapping[str, SandboxDouble]) -> SandboxDouble:
    """The double of this provider."""
    return ServerDouble(ArmDouble())
