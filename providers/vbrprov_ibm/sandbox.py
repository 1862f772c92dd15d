"""IBM Cloud in the sandbox: AWS's double for S3, one of ours for the REST services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.double import SandboxDouble
from vbrprov_ibm.doubles.cloud import API_KEY
from vbrprov_ibm.doubles.server import IbmDouble


class IbmSandbox(SandboxDouble):
    """The REST services beside the double of the provider ``aws``."""

    def __init__(self, aws: SandboxDouble) -> None:
        self._aws = aws
        self._double: IbmDouble | None = None

    def start(self) -> None:
        """Begin to listen; AWS's double listens already."""
        self._double = IbmDouble(str(self._aws.endpoints()["endpoint"]))
        self._double.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._double is not None:
            self._double.stop()

    def reset(self) -> None:
        """Forget all objects; AWS's double forgets the buckets."""
        if self._double is not None:
            self._double.reset()

    def endpoints(self) -> Mapping[str, Any]:
        """Endpoints and keys."""
        assert self._double is not None
        return {**self._aws.endpoints(), "rest_endpoint": self._double.endpoint,
                "api_key": API_KEY}


def double(peers: Mapping[str, SandboxDouble]) -> SandboxDouble:
    """The double of this provider, beside those of others."""
    return IbmSandbox(peers["aws"])
