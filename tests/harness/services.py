"""The sandbox of a test process: its services as tests see and change them."""

from __future__ import annotations

import json
import ssl
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from launcher import Launcher

from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

Json = dict[str, Any]


class Sandbox:
    """A sandbox in a folder of its own, so that nobody else's is met."""

    def __init__(self, folder: Path, launcher: Launcher) -> None:
        self.folder = folder
        self._launcher = launcher
        self._home = folder.parent / "sandbox-home"
        self.env = {"VBRPROV_SANDBOX_DIR": str(folder), "VBRPROV_SANDBOX_IDLE_SECONDS": "900"}
        folder.mkdir(mode=0o700)
        self._command("start")
        self.info: Json = json.loads((folder / "sandbox.json").read_text(encoding="utf-8"))
        self.aws: Json = self.info["endpoints"]["aws"]
        self.veeam: Json = self.info["endpoints"]["veeam"]
        where = urlsplit(self.veeam["url"])
        assert where.hostname is not None
        assert where.port is not None
        certificate = ssl.get_server_certificate((where.hostname, where.port))
        self.vbr = RemoteDouble(self.veeam | {"certificate": certificate})

    def _command(self, word: str) -> None:
        done = self._launcher.run(["sandbox", word], self.folder,
                                  self._launcher.environment(self._home, **self.env))
        assert done.status == 0, done

    def states(self) -> Path:
        """Where the states of sandbox runs are."""
        return Path(self.info["directory"])

    def close(self) -> None:
        """Stop it."""
        self.vbr.stop()
        self._command("stop")

    def reset(self) -> None:
        """Forget all objects, faults and states."""
        self._command("reset")

    # Amazon.

    def _control(self, method: str, what: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.aws['endpoint']}/_double/{what}", method=method,
            data=None if data is None else json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def aws_fault(self, operation: str, **rule: Any) -> None:
        """Have a fault: see ``vbrprov_aws.doubles.faults``."""
        self._control("POST", "faults", {"operation": operation, **rule})

    def client(self, service: str) -> Any:
        """A client for what somebody does by hand."""
        import boto3

        return boto3.client(
            service, endpoint_url=self.aws["endpoint"], region_name=self.aws["region"],
            aws_access_key_id=self.aws["access_key"],
            aws_secret_access_key=self.aws["secret_key"])

    # Azure.

    def arm(self, method: str, path: str, data: Any = None, version: str = "2026-09-01",
            group: str = "rg-backup") -> Any:
        """What somebody does by hand, below a resource group; or ``/_double``."""
        azure: Json = self.info["endpoints"]["azurerm"]
        if not path.startswith("/_double"):
            above = f"/subscriptions/{azure['subscription_id']}/resourceGroups/{group}"
            path = f"{above}{path}?api-version={version}"
        request = urllib.request.Request(
            azure["endpoint"] + path, method=method, headers={"Authorization": "Bearer x"},
            data=None if data is None else json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    # All.

    def clear_faults(self) -> None:
        """No more faults."""
        self._control("DELETE", "faults")
        self.arm("DELETE", "/_double/faults")
        self.vbr.clear_faults()

    def writes(self) -> list[str]:
        """Every call that changed something, oldest first."""
        aws = [f"{entry['operation']} {entry['name']}" for entry in self._control("GET", "ledger")
               if entry["status"] and entry["status"] < 400]
        azure = [f"{entry['operation']} {entry['name']}"
                 for entry in self.arm("GET", "/_double/ledger")["value"]
                 if entry["status"] and entry["status"] < 400]
        return aws + azure + [f"{entry['method']} {entry['path']}" for entry in self.vbr.writes()]

    def aws_secrets(self) -> dict[str, str]:
        """The secrets of all access keys that there ever were, by key id."""
        with urllib.request.urlopen(f"{self.aws['endpoint']}/moto-api/data.json",
                                    timeout=30) as answer:
            keys = json.load(answer).get("iam", {}).get("AccessKey", [])
        return {key["access_key_id"]: key["secret_access_key"] for key in keys}
