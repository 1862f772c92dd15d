"""What was sensitive in the configuration stays so in all that a service tells of an object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from canary import files, find
from launcher import Launcher, Result
from services import Sandbox

SECRET = "canary.secret-one"
TAGGED = """
variable "s" {
  sensitive = true
}

variable "note" {
  default = "first"
}

resource "aws_iam_user" "a" {
  name = "plain-user"
  path = "/plain/"
  tags = { note = upper(var.s), other = var.note, short = substr(var.s, 0, 3) }
}
"""
NAMED = """
variable "s" {
  sensitive = true
}

resource "aws_iam_user" "a" {
  name = "u-${var.s}"
}
"""
ENCRYPTION = """
vbrprov {
  encryption {
    key_provider "passphrase" "a" {
      passphrase = "correct horse battery staple"
      cost       = 14
    }
    method "aes_gcm" "a" {
      keys = key_provider.passphrase.a
    }
    state {
      method = method.aes_gcm.a
    }
  }
}
"""

PLAIN_AGAIN = ENCRYPTION.replace("method = method.aes_gcm.a", """method = method.unencrypted.a
      fallback {
        method = method.aes_gcm.a
      }""").replace('    method "aes', '    method "unencrypted" "a" {\n    }\n    method "aes')


class Folder:
    """A stack on the sandbox; its state is there."""

    def __init__(self, work: Path, launcher: Launcher, sandbox: Sandbox) -> None:
        self.work, self.sandbox, self.where = work, sandbox, ["-sandbox"]
        self._launcher = launcher
        self._env = launcher.environment(work.parent / "home", TF_VAR_s=SECRET, **sandbox.env)

    def write(self, text: str) -> None:
        (self.work / "main.vbr.hcl").write_text(text, encoding="utf-8")

    def run(self, *args: str, status: int = 0, **variables: str) -> Result:
        done = self._launcher.run([*args, *self.where], self.work, self._env | variables)
        assert done.status == status, done.tail
        assert leaks(done.text.encode()) == []
        return done

    def kept(self) -> list[str]:
        """What is at rest of the secret."""
        return [f"{path.name}: {each}" for path in files([self.sandbox.folder, self.work])
                for each in leaks(path.read_bytes())]

    def note(self) -> str:
        tags = self.sandbox.client("iam").list_user_tags(UserName="plain-user")["Tags"]
        return str({tag["Key"]: tag["Value"] for tag in tags}.get("note"))


def leaks(data: bytes) -> list[str]:
    return find({"secret": SECRET, "upper": SECRET.upper()}, data) + [
        f"short as {text!r}" for text in (b'"short":"can"', b'"can"') if text in data]


@pytest.fixture
def folder(work: Path, launcher: Launcher, sandbox: Sandbox) -> Iterator[Folder]:
    yield Folder(work, launcher, sandbox)
    sandbox.clear_faults()


def test_a_sensitive_tag_is_kept_as_a_fingerprint(folder: Folder) -> None:
    folder.write(TAGGED)
    folder.run("apply", "-auto-approve")
    assert folder.note() == SECRET.upper()
    assert folder.run("show").out.count("(sensitive value)") == 4
    folder.run("plan", "-detailed-exitcode")
    folder.run("plan", "-detailed-exitcode", "-refresh=false")
    folder.run("apply", "-auto-approve", "-var=note=second")
    # Somebody changes it by hand: that is seen, and is as secret.
    folder.sandbox.client("iam").tag_user(
        UserName="plain-user", Tags=[{"Key": "note", "Value": SECRET + SECRET}])
    assert "~" in folder.run("drift").out
    folder.run("plan", "-out=it.plan", "-var=note=second")
    folder.run("apply", "-refresh-only", "-auto-approve", "-var=note=second")
    folder.run("apply", "-auto-approve", "-var=note=second")
    assert folder.note() == SECRET.upper()
    assert folder.kept() == []
    folder.run("destroy", "-auto-approve")


def test_a_run_that_was_cut_off_leaves_no_secret(folder: Folder) -> None:
    folder.write(TAGGED)
    folder.run("apply", "-auto-approve", status=-9, VBRPROV_FAILPOINT_ENABLE="1",
               VBRPROV_FAILPOINT="call.after_response:1")
    assert "Recovered" in folder.run("apply", "-auto-approve").out
    folder.run("plan", "-detailed-exitcode")
    assert folder.kept() == []


@pytest.mark.parametrize("how", ["block", "command"])
def test_an_imported_object_is_as_secret_as_its_block(folder: Folder, how: str) -> None:
    folder.sandbox.client("iam").create_user(
        UserName="plain-user", Path="/plain/", Tags=[{"Key": "note", "Value": SECRET.upper()}])
    if how == "block":
        folder.write(TAGGED + 'import {\n  to = aws_iam_user.a\n  id = "plain-user"\n}\n')
        folder.run("plan", "-out=it.plan")
        folder.run("apply", "-auto-approve")
    else:
        folder.write(TAGGED)
        folder.run("import", "aws_iam_user.a", "plain-user")
    assert folder.kept() == []


def test_what_becomes_sensitive_later_leaves_the_state(folder: Folder) -> None:
    folder.write(TAGGED.replace("sensitive = true", ""))
    folder._launcher.run(["apply", "-auto-approve", "-sandbox"], folder.work, folder._env)
    assert folder.kept()
    folder.write(TAGGED)
    # Two generations of the state and a journal are kept besides.
    for _ in range(3):
        folder.run("apply", "-auto-approve")
        folder.run("apply", "-auto-approve", "-replace=aws_iam_user.a")
    assert folder.kept() == []


def test_a_sensitive_name_is_refused_before_anything_is_made(folder: Folder) -> None:
    folder.write(NAMED)
    assert "Sensitive value identifies an object" in folder.run("plan", status=1).err
    folder.run("apply", "-auto-approve", status=1)
    assert folder.sandbox.writes() == []
    assert folder.kept() == []


def test_a_sensitive_name_is_kept_where_the_state_is_encrypted(folder: Folder) -> None:
    # States in the sandbox are never encrypted.
    aws = folder.sandbox.aws
    endpoints = "".join(f'    {name} = "{aws["endpoint"]}"\n' for name in ("iam", "sts"))
    provider = f"""
provider "aws" {{
  region     = "us-east-1"
  access_key = "{aws["access_key"]}"
  secret_key = "{aws["secret_key"]}"

  endpoints {{
{endpoints}  }}
}}
"""
    folder.write(NAMED + ENCRYPTION + provider)
    folder.where = []
    folder.run("apply", "-auto-approve", status=-9, VBRPROV_FAILPOINT_ENABLE="1",
               VBRPROV_FAILPOINT="call.after_response:1")
    folder.run("apply", "-auto-approve")
    folder.run("plan", "-detailed-exitcode")
    folder.run("show")
    folder.run("show", "-json")
    folder.run("state", "show", "aws_iam_user.a")
    assert folder.kept() == []
    # A plain state would have to keep the name.
    folder.write(NAMED.replace("var.s}", "nonsensitive(var.s)}") + PLAIN_AGAIN + provider)
    assert "Encrypt the state again" in folder.run("plan", status=1).err
    folder.write(NAMED + ENCRYPTION + provider)
    folder.run("destroy", "-auto-approve")
