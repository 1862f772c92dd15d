"""VBR in the sandbox: the double, which looks into the other doubles' storage."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.double import SandboxDouble
from vbrprov_veeam.doubles.vbr import VbrDouble
from vbrprov_veeam.doubles.vbr.context import StorageTarget


class VbrSandbox(SandboxDouble):
    """The VBR double in the sandbox process."""

    def __init__(self, peers: Mapping[str, SandboxDouble]) -> None:
        self._peers = peers
        # Every output hides the password: it must be no word that stands elsewhere.
        self._double = VbrDouble(session_polls=1, session_seconds=1.0, storage=self._storage,
                                 password=secrets.token_urlsafe(16))

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
        """Address, certificate and login."""
        return {
            "url": self._double.url, "fingerprint": self._double.fingerprint,
            "username": self._double.username, "password": self._double.password,
            "poll_interval": [0.05, 0.5],
            "scripts": f"{self._double.url}/_double/powershell",
        }

    def _storage(self, target: StorageTarget) -> str | None:
        """As the backup server would: can the bucket or container be reached?

        Storage that has no double here is taken as it is declared.
        """
        if target.repository_type in ("AzureBlob", "AzureArchive"):
            return self._container(target)
        aws = self._peers.get("aws")
        if aws is None or target.repository_type != "AmazonS3" or not target.bucket:
            return None
        url = f"{aws.endpoints()['endpoint']}/{target.bucket}?versioning"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # loopback, http
                answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return ("Failed to load Amazon S3 configuration: the bucket "
                        f"{target.bucket} does not exist.")
            return None
        return None


    def _container(self, target: StorageTarget) -> str | None:
        azure = self._peers.get("azurerm")
        if azure is None or not target.bucket:
            return None
        request = urllib.request.Request(  # noqa: S310  # loopback, http
            f"{azure.endpoints()['endpoint']}/_double/reach", method="POST",
            data=json.dumps({"account": target.access_key, "key": target.secret_key,
                             "container": target.bucket}).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # as above
            problem = json.load(answer)["problem"]
        return f"Failed to load Azure Blob configuration: {problem}" if problem else None


def double(peers: Mapping[str, SandboxDouble]) -> SandboxDouble:
    """The double of this provider."""
    return VbrSandbox(peers)
