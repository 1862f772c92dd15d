"""Google in the sandbox: the double in ``doubles``."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk.double import SandboxDouble, ServerDouble
from vbrprov_google.doubles.server import GoogleDouble


def double(peers: Mapping[str, SandboxDouble]) -> SandboxDouble:
    """The double of this provider."""
    return ServerDouble(GoogleDouble())
