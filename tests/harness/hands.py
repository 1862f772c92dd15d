"""What people do by hand while nobody looks, in the words of cases: ``tag-bucket NAME KEY X``."""

from __future__ import annotations

import shlex

from services import Sandbox


class Hands:
    """Changes the services of a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __call__(self, what: str) -> None:
        word, *rest = shlex.split(what)
        getattr(self, word.replace("-", "_"))(*rest)

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

    def deny(self, operation: str, name: str = "") -> None:
        """Let Amazon deny an operation from now on."""
        self._sandbox.aws_fault(operation, code="AccessDenied", name=name, times=0)
