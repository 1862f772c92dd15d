"""What people do by hand while nobody looks, in the words of cases: ``tag-bucket NAME KEY X``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from services import Sandbox

from vbrprov_veeam.powershell.rehearsal import run_in_double


class Hands:
    """Changes the services of a sandbox."""

    def __init__(self, sandbox: Sandbox, work: Path) -> None:
        self._sandbox = sandbox
        self._work = work

    def __call__(self, what: str) -> None:
        word, *rest = shlex.split(what)
        getattr(self, word.replace("-", "_"))(*rest)

    def lose_state(self, *kept: str) -> None:
        """Delete the files of all states, but for those with a suffix that is *kept*."""
        for path in self._sandbox.states().rglob("vbrprov.vbrstate*"):
            if path.suffix.removeprefix(".") not in kept:
                path.unlink()

    def tag_bucket(self, bucket: str, key: str, value: str) -> None:
        """Tag a bucket, in place of its other tags."""
        self._sandbox.client("s3").put_bucket_tagging(
            Bucket=bucket, Tagging={"TagSet": [{"Key": key, "Value": value}]})

    def create_bucket(self, bucket: str) -> None:
        """Make a bucket."""
        self._sandbox.client("s3").create_bucket(Bucket=bucket)

    def add_lifecycle_rule(self, bucket: str) -> None:
        """Let Amazon delete everything in a bucket after a month."""
        self._sandbox.client("s3").put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": [{
                "ID": "month", "Status": "Enabled", "Filter": {"Prefix": ""},
                "Expiration": {"Days": 30}}]})

    def delete_user(self, user: str) -> None:
        """Delete a user of Amazon's."""
        self._sandbox.client("iam").delete_user(UserName=user)

    def describe_credentials(self, username: str, text: str) -> None:
        """Change the description of credentials at the console."""
        vbr = self._sandbox.vbr
        [found] = [o["id"] for o in vbr.objects("credentials") if o["username"] == username]
        vbr.edit("credentials", found, {"description": text})

    def edit_repository(self, name: str, text: str) -> None:
        """Change the description of a repository at the console."""
        vbr = self._sandbox.vbr
        [found] = [o["id"] for o in vbr.objects("repositories") if o["name"] == name]
        vbr.edit("repositories", found, {"description": text})

    def _named(self, kind: str, name: str) -> dict[str, Any]:
        [found] = [o for o in self._sandbox.vbr.objects(kind) if o["name"] == name]
        return found

    def connect_directly(self, repository: str) -> None:
        """Let agents and servers write to a repository directly, at the console."""
        found = self._named("repositories", repository)
        settings = {**found["account"]["connectionSettings"], "connectionType": "Direct"}
        self._sandbox.vbr.edit("repositories", found["id"], {
            "account": {**found["account"], "connectionSettings": settings}})

    def add_extent(self, scale_out: str, repository: str) -> None:
        """Add a performance extent at the console."""
        found, added = (self._named("scaleOutRepositories", scale_out),
                        self._named("repositories", repository))
        extents = [*found["performanceTier"]["performanceExtents"],
                   {"id": added["id"], "name": repository, "status": ["Normal"]}]
        self._sandbox.vbr.edit("scaleOutRepositories", found["id"], {
            "performanceTier": {**found["performanceTier"], "performanceExtents": extents}})

    def deny_vbr(self, path: str) -> None:
        """Let the backup server deny reads below a path from now on."""
        self._sandbox.vbr.fault("status", method="GET", path=path, status=403, times=-1)

    def store_backup(self, repository: str, name: str) -> None:
        """Let a job leave a backup in a repository, simple or scale-out."""
        vbr = self._sandbox.vbr
        [found] = [o["id"] for kind in ("repositories", "scaleOutRepositories")
                   for o in vbr.objects(kind) if o["name"] == repository]
        vbr.seed("backups", {
            "name": name, "platformName": "WindowsPhysical", "repositoryId": found,
            "platformId": "00000000-0000-0000-0000-000000000000",
            "jobType": "WindowsAgentBackup", "creationTime": "2026-11-01T00:00:00Z"})

    def delete_cloud_credentials(self) -> None:
        """Delete all cloud credentials at the console."""
        for stored in self._sandbox.vbr.objects("cloudCredentials"):
            self._sandbox.vbr.remove("cloudCredentials", stored["id"])

    def azure_account(self, name: str, kind: str = "StorageV2", *flags: str) -> None:
        """Make an account; flags: hns, soft-delete, lifecycle, immutability, versioning."""
        arm, account = self._sandbox.arm, f"/providers/Microsoft.Storage/storageAccounts/{name}"
        arm("PUT", "", {"location": "westeurope"}, "2025-04-01")
        arm("POST", "/_double/settings", {"lro": "immediate"})
        properties: dict[str, object] = {"isHnsEnabled": "hns" in flags}
        if "immutability" in flags:
            properties["immutableStorageWithVersioning"] = {
                "enabled": True, "immutabilityPolicy": {
                    "state": "Unlocked", "immutabilityPeriodSinceCreationInDays": 7}}
        arm("PUT", account, {"kind": kind, "location": "westeurope",
                             "sku": {"name": "Standard_LRS"}, "properties": properties})
        arm("POST", "/_double/settings", {"lro": "location"})
        if "soft-delete" in flags:
            arm("PUT", f"{account}/blobServices/default", {"properties": {
                "deleteRetentionPolicy": {"enabled": True, "days": 7}}})
        if "versioning" in flags:
            arm("PUT", f"{account}/blobServices/default",
                {"properties": {"isVersioningEnabled": True}})
        if "lifecycle" in flags:
            self.azure_lifecycle(name)
        arm("PUT", f"{account}/blobServices/default/containers/backups", {"properties": {}})

    def azure_lifecycle(self, account: str) -> None:
        """Let Azure delete everything in an account after a month."""
        self._sandbox.arm(
            "PUT", f"/providers/Microsoft.Storage/storageAccounts/{account}"
            "/managementPolicies/default", {"properties": {"policy": {"rules": [{
                "name": "month", "type": "Lifecycle", "definition": {
                    "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 30}}},
                    "filters": {"blobTypes": ["blockBlob"]}}}]}}})

    def azure_retention(self, account: str) -> None:
        """Give the container of an account an immutability policy."""
        self._sandbox.arm(
            "PUT", f"/providers/Microsoft.Storage/storageAccounts/{account}/blobServices/default/"
            "containers/backups/immutabilityPolicies/default",
            {"properties": {"immutabilityPeriodSinceCreationInDays": 5}})

    def azure_key(self, account: str, key: str) -> None:
        """Make a key of an account anew."""
        self._sandbox.arm("POST", f"/providers/Microsoft.Storage/storageAccounts/{account}"
                          "/regenerateKey", {"keyName": key})

    def deny(self, operation: str, name: str = "") -> None:
        """Let Amazon deny an operation from now on."""
        self._sandbox.aws_fault(operation, code="AccessDenied", name=name, times=0)

    def run_script(self, script: str, result: str) -> None:
        """Run a script of a step on the backup server, and keep what it prints in a file."""
        text = (self._work / script).read_text(encoding="ascii")
        # As Windows PowerShell writes what is redirected.
        (self._work / result).write_text(
            run_in_double(self._sandbox.veeam["url"], text) + "\r\n", encoding="utf-16")

    def alter(self, path: str, old: str, new: str) -> None:
        """Change a text in a file."""
        file = self._work / path
        text = file.read_text(encoding="utf-16")
        assert old in text, text
        file.write_text(text.replace(old, new), encoding="utf-16")

    def set_agent_access(self, repository: str, policy: str) -> None:
        """Change at the console how agents get at a repository."""
        vbr = self._sandbox.vbr
        [found] = [o["id"] for o in vbr.objects("repositories") if o["name"] == repository]
        vbr.edit("psRepositorySettings", found, {"policy": policy})
