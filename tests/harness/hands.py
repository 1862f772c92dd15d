"""What people do by hand while nobody looks, in the words of cases: ``tag-bucket NAME KEY VALUE``."""

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

    def describe_repository(self, name: str, text: str) -> None:
        """Change the description of a repository at the console."""
        self._sandbox.vbr.edit("repositories", self._id("repositories", name), {"description": text})

    def delete_cloud_credentials(self) -> None:
        """Delete all cloud credentials at the console."""
        for stored in self._sandbox.vbr.objects("cloudCredentials"):
            self._sandbox.vbr.remove("cloudCredentials", stored["id"])

    def deny(self, operation: str, name: str = "") -> None:
        """Let Amazon deny an operation from now on."""
        self._sandbox.aws_fault(operation, code="AccessDenied", name=name, times=0)

    def _id(self, collection: str, name: str) -> str:
        [found] = [o["id"] for o in self._sandbox.vbr.objects(collection) if o["name"] == name]
        return str(found)
