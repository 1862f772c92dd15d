"""``test``: mocks of real providers, the private sandbox, what is taken down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

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
MOCKED = """mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::${var.bucket}"
    }
  }
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "123456789012"
    }
  }
}
mock_provider "aws" {
  alias = "other"
}
variables {
  bucket = "name-of-the-bucket"
}
run "mocked" {
  assert {
    condition     = output.arn == "arn:aws:s3:::name-of-the-bucket"
    error_message = "arn is ${output.arn}"
  }
  assert {
    condition     = data.aws_caller_identity.me.account_id == "123456789012"
    error_message = "account is ${data.aws_caller_identity.me.account_id}"
  }
  assert {
    condition     = length(aws_iam_access_key.k.id) == 8 && length(aws_s3_bucket.a.tags_all) == 0
    error_message = "id is ${aws_iam_access_key.k.id}"
  }
}
run "unchanged" {
  command = plan
  assert {
    condition     = output.arn == run.mocked.arn
    error_message = "arn is ${output.arn}"
  }
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


def test_mocked_providers_need_no_service(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, AWS, tests__mocked=MOCKED)
    result = run("test")
    assert (result.status, result.err) == (0, "")
    assert result.out == f"""tests{os.sep}mocked.vbrtest.hcl... in progress
  run "mocked"... pass
  run "unchanged"... pass
tests{os.sep}mocked.vbrtest.hcl... tearing down
tests{os.sep}mocked.vbrtest.hcl... pass

Success! 2 passed, 0 failed.
"""
    assert not (tmp_path / "home").exists()


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


def test_what_a_failed_apply_made_is_taken_down(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, """resource "aws_iam_policy" "p" {
  name   = "p"
  policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}
resource "aws_iam_user" "u" {
  name = "u"
}
resource "aws_iam_user_policy_attachment" "a" {
  user       = aws_iam_user.u.name
  policy_arn = aws_iam_policy.p.arn
}
""", a='mock_provider "aws" {\n}\nrun "one" {\n}\nrun "two" {\n}\n')
    result = run("test")
    # A made-up string is no ARN.
    assert "policy_arn is the ARN of a managed policy" in result.err
    assert result.err.count("Error:") == 1
    assert 'run "two"... skip' in result.out
    assert "left the following" not in result.out
    assert result.status == 1


def test_an_ephemeral_resource_can_be_mocked(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, """ephemeral "vbrprov_random_password" "p" {
  length = 24
}
resource "terraform_data" "a" {
  lifecycle {
    precondition {
      condition     = length(ephemeral.vbrprov_random_password.p.result) == 24
      error_message = "It is the provider's."
    }
  }
}
""", real='run "one" {\n}\n', mock='mock_provider "terraform" {\n}\nrun "one" {\n  '
           "expect_failures = [terraform_data.a]\n  command = plan\n}\n")
    result = run("test")
    assert (result.status, result.err) == (0, "")


def test_tests_and_mocks_in_json(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, AWS)
    (tmp_path / "mocks").mkdir()
    (tmp_path / "mocks" / "m.vbrmock.json").write_text(json.dumps({
        "mock_resource": {"aws_s3_bucket": {"defaults": {"arn": "arn:aws:s3:::${var.bucket}"}}},
        "override_data": {"target": "data.aws_caller_identity.me",
                          "values": {"account_id": "1234"}},
    }), encoding="utf-8")
    (tmp_path / "a.vbrtest.json").write_text(json.dumps({
        "variables": {"bucket": "name-of-the-bucket"},
        "mock_provider": {"aws": [{"source": "./mocks"}, {"alias": "other"}]},
        "run": {"first": {
            "command": "plan",
            "variables": {"bucket": "${upper(var.bucket)}"},
            "assert": {"condition": '${aws_s3_bucket.a.bucket == "NAME-OF-THE-BUCKET"}',
                       "error_message": "It is ${aws_s3_bucket.a.bucket}."},
        }, "second": {
            "plan_options": {"mode": "normal", "refresh": False},
            "assert": [
                {"condition": '${output.arn == "arn:aws:s3:::name-of-the-bucket"}',
                 "error_message": "It is ${output.arn}."},
                {"condition": '${data.aws_caller_identity.me.account_id == "1234"}',
                 "error_message": "wrong account"},
            ],
        }},
    }), encoding="utf-8")
    result = run("test")
    assert 'Invalid value for argument' in result.err  # a bucket's name has no capitals
    text = (tmp_path / "a.vbrtest.json").read_text(encoding="utf-8").replace("upper(", "lower(")
    (tmp_path / "a.vbrtest.json").write_text(text.replace("NAME-OF-THE-BUCKET",
                                                          "name-of-the-bucket"), encoding="utf-8")
    result = run("test")
    assert (result.status, result.err) == (0, "")
    assert "Success! 2 passed, 0 failed." in result.out


def test_a_guardrail_can_be_expected(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, """resource "aws_s3_bucket" "b" {
  bucket = "bucket-for-backups-1"
  lifecycle_rule {
    id              = "expire"
    enabled         = true
    expiration_days = 30
  }
}
resource "veeam_amazon_s3_repository" "r" {
  name = "r"
  account {
    credentials_id = "c"
  }
  bucket {
    name      = aws_s3_bucket.b.bucket
    region_id = "us-east-1"
    folder    = "agents"
  }
  connection {
    mode = "direct"
  }
}
""", a="""mock_provider "aws" {
}
mock_provider "veeam" {
}
run "refused" {
  command         = plan
  expect_failures = [rule.VBR014]
}
run "not refused" {
  command         = plan
  expect_failures = [rule.VBR014, rule.VBR050]
}
""".replace("not refused", "not_refused"))
    result = run("test")
    assert 'run "refused"... pass' in result.out
    assert 'run "not_refused"... fail' in result.out
    assert "The checkable object, rule.VBR050, was expected to report an error" in result.err


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
