"""An operation of a killed run whose outcome nobody can tell: it waits, and all else goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from launcher import Launcher, Result
from services import Sandbox

KILLED = -9
MAIN = """
provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "doubtful" {
  bucket          = "doubtful-bucket"
  deletion_policy = "DELETE"
}

resource "aws_s3_bucket_policy" "behind" {
  bucket = aws_s3_bucket.doubtful.bucket
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect   = "Deny", Principal = "*", Action = "s3:DeleteObject"
    Resource = "${aws_s3_bucket.doubtful.arn}/*"
  }] })
}
"""
OTHER = """
resource "aws_s3_bucket" "other" {
  bucket          = "another-bucket"
  deletion_policy = "DELETE"
}
"""


class Stack:
    """A stack whose first bucket was made by a run that died before it knew."""

    def __init__(self, folder: Path, launcher: Launcher, sandbox: Sandbox) -> None:
        self.work, self.home = folder / "work", folder / "home"
        self.work.mkdir()
        self.launcher, self.sandbox = launcher, sandbox
        self.write(MAIN)
        self.run("apply", "-auto-approve", "-parallelism=1", status=KILLED,
                 VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT="call.after_response:1")
        self.write(MAIN + OTHER)
        self.hide()

    def write(self, text: str) -> None:
        (self.work / "main.vbr.hcl").write_text(text, encoding="utf-8")

    def hide(self) -> None:
        """Nobody may look at the bucket."""
        self.sandbox.aws_fault("HeadBucket", name="doubtful-bucket", code="AccessDenied", times=0)
        self.sandbox.aws_fault("ListBuckets", code="AccessDenied", times=0)

    def run(self, *args: str, status: int = 0, **env: str) -> Result:
        words = 2 if args[0] == "state" else 1
        done = self.launcher.run((*args[:words], "-sandbox", *args[words:]), self.work,
                                 self.environment(**env))
        assert done.status == status, done.tail
        assert "Traceback" not in done.text
        return done

    def environment(self, **env: str) -> dict[str, str]:
        return self.launcher.environment(self.home, **self.sandbox.env, **env)

    def made(self) -> list[str]:
        return sorted(bucket["Name"] for bucket in self.sandbox.client(
            "s3").list_buckets()["Buckets"])

    def operation(self) -> str:
        """The id of the open operation, as the plan tells it."""
        return self.run("plan").text.rpartition("-drop ")[2].split()[0]


@pytest.fixture
def stack(tmp_path: Path, launcher: Launcher, sandbox: Sandbox) -> Stack:
    return Stack(tmp_path, launcher, sandbox)


def test_everything_else_goes_on(stack: Stack) -> None:
    planned = stack.run("plan", "-detailed-exitcode", "-out=it.plan", status=2)
    assert "Cannot tell what an interrupted run did" in planned.text
    assert "aws_s3_bucket.other will be created" in planned.text
    assert "aws_s3_bucket.doubtful will be created" not in planned.text
    shown = json.loads(stack.launcher.run(("show", "-json", "it.plan"), stack.work,
                                          stack.environment()).out)
    assert {(d["resource_change"]["address"], d["reason"]) for d in shown["deferred_changes"]} == {
        ("aws_s3_bucket.doubtful", "unknown"), ("aws_s3_bucket_policy.behind", "deferred_prereq")}
    for _ in range(2):
        applied = stack.run("apply", "-auto-approve", status=1)
        assert "Something is left open" in applied.text
    stack.sandbox.clear_faults()
    assert stack.made() == ["another-bucket", "doubtful-bucket"]
    assert "Recovered an object" in stack.run("apply", "-auto-approve").text
    stack.run("plan", "-detailed-exitcode")
    assert stack.made() == ["another-bucket", "doubtful-bucket"]
    assert stack.sandbox.writes().count("CreateBucket doubtful-bucket") == 1


def test_destroying_stops(stack: Stack) -> None:
    refused = stack.run("destroy", "-auto-approve", status=1)
    assert "Cannot tell what an interrupted run did" in refused.text
    stack.sandbox.clear_faults()
    assert stack.made() == ["doubtful-bucket"]


def test_a_block_that_is_gone_stops(stack: Stack) -> None:
    stack.write(OTHER + MAIN.partition("resource")[0])
    refused = stack.run("apply", "-auto-approve", status=1)
    assert "Cannot tell what an interrupted run did" in refused.text
    stack.sandbox.clear_faults()
    assert stack.made() == ["doubtful-bucket"]


def test_somebody_looks_and_it_is_not_there(stack: Stack) -> None:
    operation = stack.operation()
    stack.sandbox.clear_faults()
    stack.sandbox.client("s3").delete_bucket(Bucket="doubtful-bucket")
    stack.hide()
    stack.run("state", "repair", f"-drop={operation}")
    stack.sandbox.clear_faults()
    stack.run("apply", "-auto-approve")
    stack.run("plan", "-detailed-exitcode")
    assert stack.made() == ["another-bucket", "doubtful-bucket"]


def test_somebody_looks_and_imports_it(stack: Stack) -> None:
    stack.sandbox.clear_faults()
    # Its list of buckets stays hidden, so the probe still cannot tell; reading one bucket works.
    stack.sandbox.aws_fault("ListBuckets", code="AccessDenied", times=0)
    assert "Cannot tell" in stack.run("plan").text
    stack.run("import", "aws_s3_bucket.doubtful", "doubtful-bucket")
    assert "Cannot tell" not in stack.run("plan").text
    stack.run("apply", "-auto-approve")
    stack.sandbox.clear_faults()
    stack.run("plan", "-detailed-exitcode")
    assert stack.sandbox.writes().count("CreateBucket doubtful-bucket") == 1


SEVERAL = """
variable "names" {
  type    = set(string)
  default = ["first-bucket", "second-bucket"]
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "b" {
  for_each        = var.names
  bucket          = each.key
  deletion_policy = "DELETE"
}

resource "aws_s3_bucket" "doubtful" {
  bucket          = "doubtful-bucket"
  deletion_policy = "DELETE"
  depends_on      = [aws_s3_bucket.b]
}
"""


def test_what_it_depends_on_is_not_destroyed(stack: Stack) -> None:
    stack.sandbox.clear_faults()
    for command in ("apply", "destroy"):
        stack.run(command, "-auto-approve")
    stack.write(SEVERAL)
    stack.run("apply", "-auto-approve", "-target=aws_s3_bucket.b")
    stack.run("apply", "-auto-approve", status=KILLED, VBRPROV_FAILPOINT_ENABLE="1",
              VBRPROV_FAILPOINT="call.after_response:1")
    stack.hide()
    fewer = '-var=names=["first-bucket"]'
    kept = stack.run("plan", fewer)
    stack.run("apply", "-auto-approve", fewer, status=1)
    assert "aws_s3_bucket.doubtful still depends on it" in " ".join(kept.text.split()), kept.text
    stack.sandbox.clear_faults()
    assert stack.made() == ["doubtful-bucket", "first-bucket", "second-bucket"]
    stack.run("apply", "-auto-approve", fewer)
    assert stack.made() == ["doubtful-bucket", "first-bucket"]
