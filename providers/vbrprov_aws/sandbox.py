"""AWS in the sandbox: moto."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk.double import SandboxDouble, ServerDouble
from vbrprov_aws.doubles.moto_double import AwsDouble


def double(peers: Mapping[str, SandboxDouble]) -> SandboxDouble:
    """The double of this provider."""
    return ServerDouble(AwsDouble())
