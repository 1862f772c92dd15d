"""No secret is ever written: every byte of every command is searched, debug logs on."""

from __future__ import annotations

import contextlib
import json
import urllib.error
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from canary import PLAN_MAGIC, files, find, spellings
from launcher import Launcher, Result
from services import Sandbox

from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

#: Given by hand, in every way that there is. Each has what its spellings differ in.
PLANTED = {
    "environment": 'canary environ/ment+"1"&<é>',
    "option": "canary option/two+'2'&<ö>",
    "file": "canary file/three+3&<ü> and more",
    "automatic file": "canary automatic/four+4&<ä>",
    "access key of the provider": "canary0provider/five+5ABCDEFGHIJKLMNO",
    "password of the server": "canary server/six+6&<ß>",
}

CONFIGURATION = """
variable "from_environment" {
  type      = string
  sensitive = true
}

variable "from_option" {
  type      = string
  sensitive = true
}

variable "from_file" {
  type      = object({ word = string, list = list(string) })
  sensitive = true
}

variable "from_automatic_file" {
  type      = string
  sensitive = true
}

variable "aws_secret_key" {
  sensitive = true
}

variable "vbr_password" {
  sensitive = true
}

variable "aws_endpoint" {}
variable "vbr_server" {}
variable "vbr_fingerprint" {}
variable "vbr_username" {}

variable "note" {
  default = "first"
}

provider "aws" {
  region            = "us-east-1"
  access_key        = "AKIACANARY0000000000"
  secret_key        = var.aws_secret_key
  s3_use_path_style = true

  endpoints {
    s3  = var.aws_endpoint
    iam = var.aws_endpoint
    sts = var.aws_endpoint
  }
}

provider "veeam" {
  server      = var.vbr_server
  fingerprint = var.vbr_fingerprint
  username    = var.vbr_username
  password    = var.vbr_password
}

locals {
  joined = "${var.from_environment} and ${var.from_option}"
}

# An ordinary argument that takes sensitive values: only fingerprints may be kept.
resource "vbrprov_data" "sensitive" {
  input = {
    joined = local.joined
    list   = var.from_file.list
    note   = var.note
  }
}

resource "aws_iam_user" "a" {
  name = "canary-user"
  tags = { note = var.note }
}

resource "aws_iam_access_key" "a" {
  user = aws_iam_user.a.name
}

resource "veeam_cloud_credentials" "a" {
  type        = "amazon"
  description = "Key of ${aws_iam_user.a.name}, ${var.note}"
  access_key  = aws_iam_access_key.a.id
  secret_key  = aws_iam_access_key.a.secret
}

resource "veeam_credentials" "a" {
  type        = "standard"
  username    = "LAB\\\\canary"
  description = var.note
  password    = var.from_automatic_file
}

output "joined" {
  value     = local.joined
  sensitive = true
}

output "word" {
  value     = var.from_file.word
  sensitive = true
}

output "user" {
  value = aws_iam_user.a.name
}
"""

#: Each of these goes wrong over a secret.
MISTAKES = """
variable "from_environment" {
  type      = string
  sensitive = true
}

locals {
  number = parseint(var.from_environment, 10)
  index  = { a = 1 }[var.from_environment]
  file   = file(var.from_environment)
  text   = tonumber(var.from_environment)
  regex  = regex("^nothing$", var.from_environment)
  json   = jsondecode(var.from_environment)
}

resource "vbrprov_data" "checked" {
  input = "x"

  lifecycle {
    precondition {
      condition     = var.from_environment == "x"
      error_message = "It must be x, not ${var.from_environment}."
    }
  }
}
"""


class Watched:
    """Runs commands with debug logs, and keeps every byte that they write."""

    def __init__(self, root: Path, launcher: Launcher, sandbox: Sandbox,
                 double: RemoteDouble) -> None:
        self.root = root
        self.log = root / "debug.log"
        self.work = root / "work"
        self.work.mkdir()
        self.sandbox = sandbox
        self.seen: dict[str, bytes] = {}
        self._keys: dict[str, str] = {}
        self._launcher = launcher
        self._given: set[Path] = set()
        self._env = launcher.environment(
            root / "home", **sandbox.env, VBRPROV_LOG="debug",
            VBRPROV_LOG_PATH=str(self.log),
            VBRPROV_VAR_from_environment=PLANTED["environment"],
            TF_VAR_aws_secret_key=PLANTED["access key of the provider"],
            TF_VAR_vbr_password=double.password, TF_VAR_vbr_server=double.url,
            TF_VAR_vbr_fingerprint=double.fingerprint, TF_VAR_vbr_username=double.username,
            TF_VAR_aws_endpoint=sandbox.aws["endpoint"])
        self.give("option.hcl", f"from_option = {json.dumps(PLANTED['option'])}\n")
        self.give("file.hcl", json.dumps(
            {"word": PLANTED["file"], "list": [PLANTED["file"], "plain"]}).join(
                ["from_file = ", "\n"]))
        self.give("vbrprov.vbrvars.hcl",
                  f"from_automatic_file = {json.dumps(PLANTED['automatic file'])}\n")

    def give(self, name: str, text: str) -> None:
        """Write a file of the user's own; it is not searched."""
        path = self.work / name
        path.write_text(text, encoding="utf-8")
        self._given.add(path)

    def configure(self, text: str) -> None:
        (self.work / "main.vbr.hcl").write_text(text, encoding="utf-8")

    def run(self, *args: str, status: int = 0, **environ: str) -> Result:
        done = self._launcher.run(args, self.work, self._env | environ)
        assert done.status == status, done.tail
        self._keep(" ".join(args), done)
        return done

    def _keep(self, what: str, done: Result) -> None:
        with contextlib.suppress(urllib.error.HTTPError):
            # moto cannot list keys any more once their user is gone.
            self._keys |= self.sandbox.aws_secrets()
        number = len(self.seen)
        self.seen[f"{number}: {what}: standard output"] = done.out.encode()
        self.seen[f"{number}: {what}: standard error"] = done.err.encode()
        for path in files([self.root, self.sandbox.folder]):
            # The log only grows: searched once, at the end.
            if path not in self._given and path != self.log:
                self.seen[f"{number}: {what}: {path}"] = path.read_bytes()

    def leaks(self) -> list[str]:
        """Where a secret was found, those that Amazon made included."""
        made = sum(call.startswith("CreateAccessKey") for call in self.sandbox.writes())
        assert len(self._keys) == made > 0
        secrets = PLANTED | {f"secret of {key}": secret for key, secret in self._keys.items()}
        if self.log.exists():
            self.seen["the debug log"] = self.log.read_bytes()
        once = {data: name for name, data in reversed(self.seen.items())}
        return [f"{name}: {what}" for data, name in once.items() for what in find(secrets, data)]


@pytest.fixture
def watched(
    tmp_path: Path, launcher: Launcher, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Watched]:
    monkeypatch.setenv("PYTHONPATH", launcher.pythonpath)
    password = f"--password={PLANTED['password of the server']}"
    with RemoteDouble.spawn(password, "--session-seconds=1") as double:
        yield Watched(tmp_path, launcher, sandbox, double)


def test_no_secret_is_written_by_any_command(watched: Watched) -> None:
    inputs = ("-var", f"from_option={PLANTED['option']}", "-var-file=file.hcl")
    watched.configure(CONFIGURATION)
    watched.run("validate")
    watched.run("plan", *inputs)
    watched.run("plan", "-out=it.plan", "-var-file=option.hcl", "-var-file=file.hcl")
    watched.run("show", "it.plan")
    watched.run("show", "-json", "it.plan")
    watched.run("apply", *inputs, "it.plan")
    watched.run("show")
    watched.run("show", "-json")
    watched.run("output")
    watched.run("output", "-json")
    for name in ("joined", "word"):
        watched.run("output", "-raw", name, status=1)
        watched.run("output", "-json", name, status=1)
    assert watched.run("output", "-raw", "user").out == "canary-user"
    watched.run("state", "list")
    watched.run("state", "show", "veeam_cloud_credentials.a")
    watched.run("state", "show", "vbrprov_data.sensitive")
    watched.run("plan", "-detailed-exitcode", *inputs)
    # A change and a rotation, cut off with journal and all, then finished.
    watched.run("apply", "-auto-approve", "-replace=aws_iam_access_key.a", "-var", "note=second",
                *inputs, status=-9, VBRPROV_FAILPOINT_ENABLE="1",
                VBRPROV_FAILPOINT="journal.after_outcome:4")
    watched.run("plan", *inputs)
    watched.run("apply", "-auto-approve", "-var", "note=second", *inputs)
    # A call that fails, logged with its request.
    watched.sandbox.aws_fault("TagUser", code="AccessDenied", times=0)
    watched.run("apply", "-auto-approve", "-var", "note=third", *inputs, status=1)
    watched.sandbox.clear_faults()
    watched.run("destroy", "-auto-approve", *inputs, VBRPROV_LOG_PATH="")
    watched.configure(MISTAKES)
    watched.run("validate", status=1)
    watched.run("plan", status=1)
    log = watched.log.read_text(encoding="utf-8")
    assert "botocore" in log
    assert "changeSecretKey" in log or "cloudCredentials" in log
    # The control: secrets that were told are masked in the log, not left out with their lines.
    assert "<SecretAccessKey>(sensitive)" in log
    assert watched.leaks() == []


@pytest.mark.parametrize("name", PLANTED)
def test_the_search_finds_each_spelling(name: str) -> None:
    secret = PLANTED[name]
    for spelling, needle in spellings(secret).items():
        assert len(needle) > 12, spelling
        for before in (b"", b"x", b"xy"):
            data = b'{"key": "' + before + needle + b'"}'
            assert any(found.startswith(f"{name} as ") for found in find(PLANTED, data)), spelling
    assert find(PLANTED, b"nothing of that kind") == []


@pytest.mark.parametrize("shift", range(6))
def test_the_search_finds_a_secret_inside_packed_text(shift: int) -> None:
    import base64

    text = f"{'#' * shift}password = {PLANTED['file']} # and so on".encode()
    assert find(PLANTED, base64.b64encode(text))
    assert find(PLANTED, base64.urlsafe_b64encode(text))
    stored = {"files": {"main.vbr.hcl": base64.b64encode(text).decode()}}
    packed = PLAN_MAGIC + zlib.compress(json.dumps(stored).encode())
    assert find(PLANTED, packed)
    assert find({"other": "something else altogether"}, packed) == []


def test_a_planted_leak_is_found_where_commands_write(watched: Watched) -> None:
    # The same watch over the same folders: one leak in a file, one on a stream.
    watched.configure(f'output "open" {{\n  value = {json.dumps(PLANTED["option"])}\n}}\n')
    watched.sandbox.client("iam").create_user(UserName="u")
    watched.sandbox.client("iam").create_access_key(UserName="u")
    watched.run("apply", "-auto-approve")
    watched.run("plan", "-out=it.plan")
    found = watched.leaks()
    for place in ("standard output", "main.vbr.hcl", "vbrprov.vbrstate", "it.plan"):
        assert any(place in each for each in found), place
