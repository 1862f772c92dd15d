"""``test``: providers without a mock, on a sandbox of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

AWS = """provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "other"
  region = "us-east-1"
}
variable "bucket" {
  default = "bucket-for-backups-1"
}
data "aws_caller_identity" "me" {
}
resource "aws_s3_bucket" "a" {
  bucket = var.bucket
  lifecycle {
    prevent_destroy = true
  }
}
resource "aws_iam_user" "u" {
  provider = aws.other
  name     = "u"
}
resource "aws_iam_access_key" "k" {
  provider = aws.other
  user     = aws_iam_user.u.name
}
output "arn" {
  value = aws_s3_bucket.a.arn
}
"""
MAPPED = """mock_provider "aws" {
  alias = "fake"
}
provider "aws" {
  alias  = "real"
  region = var.region
}
variables {
  region = "eu-west-3"
}
run "mapped" {
  providers = {
    aws       = aws.real
    aws.other = aws.fake
  }
  assert {
    condition     = aws_s3_bucket.a.region == "eu-west-3" && length(aws_iam_user.u.arn) == 8
    error_message = "${aws_s3_bucket.a.region} ${aws_iam_user.u.arn}"
  }
}
run "again" {
  providers = {
    aws       = aws.real
    aws.other = aws.fake
  }
}
"""


def _write(folder: Path, main: str, **tests: str) -> None:
    (folder / "main.vbr.hcl").write_text(main, encoding="utf-8")
    for name, text in tests.items():
        path = folder / f"{name.replace('__', '/')}.vbrtest.hcl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "HOME": str(folder / "home"), "XDG_RUNTIME_DIR": str(folder / "run"),
               "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen([sys.executable, "-m", "vbrprov", *arguments], cwd=folder, env=environ,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_what_is_not_mocked_works_on_a_private_sandbox(tmp_path: Path) -> None:
    _write(tmp_path, AWS, mapped=MAPPED)
    process = _start(tmp_path, "test")
    out, err = process.communicate(timeout=90)
    assert (process.returncode, err) == (0, "")
    assert "Success! 2 passed, 0 failed." in out
    # Neither a state nor a sandbox of the user's own.
    assert {p.name for p in tmp_path.iterdir()} == {"main.vbr.hcl", "mapped.vbrtest.hcl"}


def test_an_interrupt_takes_down_and_fails(tmp_path: Path) -> None:
    _write(tmp_path, AWS, mapped=MAPPED)
    process = _start(tmp_path, "test")
    assert process.stdout is not None
    # The sandbox starts now, which takes longer than the signal.
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert "in progress" in first
    assert process.returncode == 1
    assert 'run "again"... skip' in out
    assert "Error: Interrupted" in err
