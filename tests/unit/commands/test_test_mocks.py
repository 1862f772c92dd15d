"""``test``: mocks of real providers, expected refusals, JSON."""

from __future__ import annotations

import json
import os
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


def test_a_provider_with_instances_can_be_mocked(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, """provider "aws" {
  for_each = toset(["eu-west-1", "us-east-1"])
  alias    = "by"
  region   = each.key
}
data "aws_caller_identity" "me" {
  for_each = toset(["eu-west-1", "us-east-1"])
  provider = aws.by[each.key]
}
""", a="""mock_provider "aws" {
  alias = "by"
}
run "one" {
  assert {
    condition     = length(data.aws_caller_identity.me["us-east-1"].account_id) == 8
    error_message = "It was asked for."
  }
}
""")
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
