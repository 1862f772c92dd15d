"""The quickstart against the sandbox: its whole life, a rotation, an interruption."""

from __future__ import annotations

import hashlib
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from hands import Hands
from launcher import CHECKOUT, Launcher, Result, Running
from services import Sandbox

BUCKET = "quickstart-agents-backup"
USER = f"{BUCKET}-veeam"


class Quickstart:
    """The example in a folder of its own."""

    def __init__(self, folder: Path, launcher: Launcher, sandbox: Sandbox) -> None:
        self._launcher = launcher
        self._folder = folder / "quickstart"
        shutil.copytree(CHECKOUT / "examples" / "quickstart", self._folder)
        self._env = launcher.environment(folder / "home", **sandbox.env)
        self.sandbox = sandbox

    def start(self, command: str, *args: str) -> Running:
        if command in ("apply", "destroy"):
            args = ("-auto-approve", *args)
        return self._launcher.start([command, "-sandbox", *args], self._folder, self._env)

    def run(self, command: str, *args: str, status: int = 0, says: str = "") -> Result:
        result = self.start(command, *args).wait()
        assert result.status == status, result.tail
        assert says in result.text, result.tail
        return result

    def settled(self, *args: str) -> None:
        self.run("plan", "-detailed-exitcode", *args, says="No changes.")


@pytest.fixture
def quickstart(tmp_path: Path, launcher: Launcher, sandbox: Sandbox) -> Quickstart:
    return Quickstart(tmp_path, launcher, sandbox)


def test_whole_life(quickstart: Quickstart, tmp_path: Path) -> None:
    vbr = quickstart.sandbox.vbr
    hand = Hands(quickstart.sandbox, tmp_path)
    quickstart.run("apply", says="Resources: 10 added, 0 changed, 0 destroyed.")
    quickstart.settled()

    # A change in the configuration, and changes by hand at the backup server and in the cloud.
    computers = ("-var", 'computers=["ws-01.lab.example", "ws-03.lab.example"]')
    hand.edit_repository("Agents on Amazon S3", "Somebodys")
    hand.tag_bucket(BUCKET, "purpose", "holidays")
    found = quickstart.run("plan", "-detailed-exitcode", *computers, status=2,
                           says="Plan: 0 to add, 3 to change, 0 to destroy.")
    assert "Objects have changed outside of vbrprov" in found.out
    assert '"Somebodys" -> "Managed by vbrprov"' in found.out
    assert '"holidays" -> "veeam"' in found.out
    assert "veeam_protection_group.workstations will be updated in-place" in found.out
    quickstart.run("apply", *computers, says="0 added, 3 changed, 0 destroyed")
    [group] = [o for o in vbr.objects("protectionGroups") if o["name"] == "Workstations"]
    assert sorted(each["hostName"] for each in group["computers"]) == [
        "ws-01.lab.example", "ws-03.lab.example"]
    quickstart.settled(*computers)

    # A lifecycle rule would delete backups: refused, until a plan removes it.
    hand.add_lifecycle_rule(BUCKET)
    writes = quickstart.sandbox.writes()
    found = quickstart.run("apply", *computers, status=1, says="Refused VBR014")
    assert "aws_s3_bucket.backup" in found.err
    assert quickstart.sandbox.writes() == writes
    computers += ("-var", "purge_lifecycle_rules=true")
    quickstart.run("apply", *computers, says="0 added, 1 changed, 0 destroyed")
    quickstart.settled(*computers)

    # Backups are protected, until the configuration says otherwise.
    hand.store_backup("Agents on Amazon S3", "Workstations")
    writes = quickstart.sandbox.writes()
    found = quickstart.run("destroy", *computers, status=1, says="Instance cannot be destroyed")
    assert "aws_s3_bucket.backup" in found.err
    assert "veeam_amazon_s3_repository.backup" in found.err
    assert "(Workstations)" in found.err
    assert quickstart.sandbox.writes() == writes
    unprotected = (*computers, "-var", "deletion_policy=DELETE")
    quickstart.run("apply", *unprotected)
    quickstart.run("destroy", *unprotected, says="Destroy complete! Resources: 10 destroyed.")
    quickstart.run("show", says="The state is empty.")
    assert quickstart.sandbox.client("s3").list_buckets()["Buckets"] == []
    assert quickstart.sandbox.client("iam").list_users()["Users"] == []
    assert [o for o in vbr.objects("repositories") if o["name"] == "Agents on Amazon S3"] == []
    assert [v for v in vbr.violations() if v["side"] == "response"] == []


def test_lost_credentials_rotate_the_key(quickstart: Quickstart, tmp_path: Path) -> None:
    sandbox = quickstart.sandbox
    quickstart.run("apply")
    [old_key] = keys(sandbox)
    [old] = sandbox.vbr.objects("cloudCredentials")
    assert old["accessKey"] == old_key
    Hands(sandbox, tmp_path).delete_cloud_credentials()

    found = quickstart.run("plan", "-detailed-exitcode", status=2)
    assert ("aws_iam_access_key.backup must be replaced: its secret is needed again and is not "
            "kept "
            "anywhere (rotation)") in found.out
    assert "veeam_cloud_credentials.backup will be created" in found.out
    assert "veeam_amazon_s3_repository.backup will be updated in-place" in found.out
    assert sandbox.aws_secrets()[old_key] not in found.text
    assert keys(sandbox) == [old_key]

    quickstart.run("apply")
    [new_key] = keys(sandbox)
    assert new_key != old_key
    [new] = sandbox.vbr.objects("cloudCredentials")
    assert (new["accessKey"], new["id"] == old["id"]) == (new_key, False)
    [repository] = [o for o in sandbox.vbr.objects("repositories")
                    if o["name"] == "Agents on Amazon S3"]
    assert repository["account"]["credentialsId"] == new["id"]
    assert sent_secrets(sandbox) == [digest(sandbox, old_key), digest(sandbox, new_key)]
    quickstart.settled()


def test_key_left_over_by_a_cut_off_rotation_is_no_obstacle(quickstart: Quickstart) -> None:
    # The new key is made, its secret is lost with the run, and the old one still exists: Amazon
    # allows no third one.
    sandbox = quickstart.sandbox
    quickstart.run("apply")
    first = keys(sandbox)
    sandbox.vbr.fault("status", method="POST", path="changeSecretKey", times=-1, status=403,
                      message="denied")
    sandbox.vbr.fault("status", method="PUT", path="cloudCredentials", times=-1, status=403,
                      message="denied")
    cut = quickstart.run("apply", "-replace=aws_iam_access_key.backup", status=1)
    assert len(keys(sandbox)) == 2, cut.tail
    sandbox.clear_faults()
    quickstart.run("apply")
    [last] = keys(sandbox)
    assert last not in first
    [credentials] = sandbox.vbr.objects("cloudCredentials")
    assert credentials["accessKey"] == last
    assert sent_secrets(sandbox)[-1] == digest(sandbox, last)
    quickstart.settled()


def test_interrupt_finishes_what_was_begun(quickstart: Quickstart) -> None:
    sandbox = quickstart.sandbox
    sandbox.aws_fault("CreateUser", kind="delay", seconds=1.5)
    running = quickstart.start("apply")
    limit = time.monotonic() + 60
    while "aws_iam_user.backup: Creating..." not in running.out and time.monotonic() < limit:
        time.sleep(0.02)
    running.signal(signal.SIGINT)
    result = running.wait()
    assert result.status == 1, result
    assert "Interrupted" in result.err
    assert "aws_iam_user.backup: Creation complete" in result.out
    assert "veeam_agent_backup_policy.workstations: Creating" not in result.out
    assert [user["UserName"] for user in sandbox.client("iam").list_users()["Users"]] == [USER]
    assert "aws_iam_user.backup" in quickstart.run("show").out
    # The lock is free, and nothing is made twice.
    again = quickstart.run("apply")
    assert "aws_iam_user.backup will be" not in again.out
    assert len(keys(sandbox)) == 1
    quickstart.settled()


def test_forbidden_example_is_refused(launcher: Launcher, tmp_path: Path) -> None:
    folder = tmp_path / "forbidden"
    shutil.copytree(CHECKOUT / "examples" / "forbidden", folder)
    found = launcher.run(["validate"], folder, launcher.environment(tmp_path / "home"))
    assert found.status == 1
    assert "Refused VBR014" in found.err
    assert "Refused VBR004" in found.err
    assert "main.vbr.hcl line 14" in found.err


def keys(sandbox: Sandbox) -> list[str]:
    """Ids of the keys of the user."""
    found = sandbox.client("iam").list_access_keys(UserName=USER)["AccessKeyMetadata"]
    return [key["AccessKeyId"] for key in found]


def digest(sandbox: Sandbox, key: str) -> str:
    """The secret of a key as the ledger of the backup server shows it."""
    return hashlib.sha256(sandbox.aws_secrets()[key].encode()).hexdigest()


def sent_secrets(sandbox: Sandbox) -> list[str]:
    """Digests of the secrets that the backup server got for cloud credentials, oldest first."""
    bodies: list[dict[str, Any]] = [
        entry["body"] for entry in sandbox.vbr.writes() if "cloudCredentials" in entry["path"]]
    found = [body.get("secretKey") or body.get("newSecretKey") for body in bodies if body]
    return [each["sha256"] for each in found if each]
