"""S3-compatible stores in the sandbox: AWS's double for S3 and IAM, one of ours for MinIO's users.

The objects of all S3 stores share one sandbox, so that a bucket name can be used once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.double import SandboxDouble
from vbrprov_s3.doubles.minio_admin import MinioAdminDouble


class S3Sandbox(SandboxDouble):
    """The admin API beside the double of the provider ``aws``."""

    def __init__(self, aws: SandboxDouble) -> None:
        self._aws = aws
        self._admin: MinioAdminDouble | None = None

    def start(self) -> None:
        """Begin to listen; AWS's double listens already."""
        given = self._aws.endpoints()
        self._admin = MinioAdminDouble(str(given["access_key"]), str(given["secret_key"]))
        self._admin.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._admin is not None:
            self._admin.stop()

    def reset(self) -> None:
        """Forget all identities; AWS's double forgets the rest."""
        if self._admin is not None:
            self._admin.reset()

    def endpoints(self) -> Mapping[str, Any]:
        """Endpoints, region and keys."""
        assert self._admin is not None
        return {**self._aws.endpoints(), "admin_endpoint": self._admin.endpoint}


def double(peers: Mapping[str, SandboxDouble]) -> SandboxDouble:
    """The double of this provider, beside those of others."""
    return S3Sandbox(peers["aws"])
