"""The examples on MinIO and on IBM Cloud: their whole life against the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from example import Example
from launcher import Launcher
from services import Sandbox

DELETE = ("-var", "deletion_policy=DELETE")


@pytest.mark.parametrize(("name", "bucket", "count"), [
    ("minio", "s3_bucket.backup", 7), ("ibm", "ibm_cos_bucket.backup", 7)])
def test_whole_life(tmp_path: Path, launcher: Launcher, sandbox: Sandbox, name: str, bucket: str,
                    count: int) -> None:
    example = Example(name, tmp_path, launcher, sandbox)
    example.run("fmt", "-check", "-recursive")
    assert "Warning" not in example.run("validate", says="The configuration is valid.").text
    example.run("plan", "-sandbox", says=f"Plan: {count} to add, 0 to change, 0 to destroy.")
    example.run("apply", "-sandbox", "-auto-approve", says=f"Resources: {count} added")
    example.run("plan", "-sandbox", "-detailed-exitcode", says="No changes.")
    example.run("destroy", "-sandbox", "-auto-approve", status=1, says="deletion_policy")
    example.run("apply", "-sandbox", "-auto-approve", *DELETE, says="0 destroyed")
    example.run("destroy", "-sandbox", "-auto-approve", *DELETE, says=f"{count} destroyed")
    assert bucket not in example.run("state", "list", "-sandbox").text


@pytest.mark.parametrize(("name", "lock"), [
    ("minio", "object_lock_enabled = true"), ("ibm", "object_lock          = true")])
def test_a_repository_with_immutability_needs_object_lock(
    tmp_path: Path, launcher: Launcher, sandbox: Sandbox, name: str, lock: str,
) -> None:
    """The rules know the buckets of both providers."""
    example = Example(name, tmp_path, launcher, sandbox)
    example.change(lock, lock.replace("true", "false"))
    example.run("plan", "-sandbox", status=1, says="VBR050")


def test_a_lifecycle_rule_on_a_repository_is_refused(
    tmp_path: Path, launcher: Launcher, sandbox: Sandbox,
) -> None:
    example = Example("minio", tmp_path, launcher, sandbox)
    example.change("  object_lock_enabled = true\n", "  object_lock_enabled = true\n"
                   "  lifecycle_rule {\n    id = \"x\"\n    expiration_days = 5\n  }\n")
    example.run("plan", "-sandbox", status=1, says="VBR014")
