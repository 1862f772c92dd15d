"""``test``: mocks of providers with instances, and of blocks that a provider fills in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

MAIN = """provider "aws" {
  alias    = "in"
  for_each = toset(["eu-central-1", "eu-west-1"])
  region   = each.key
}
resource "aws_s3_bucket" "b" {
  for_each            = { a = "eu-central-1", b = "eu-west-1" }
  provider            = aws.in[each.value]
  bucket              = "bucket-for-backups-${each.key}"
  object_lock_enabled = true
}
"""
TEST = """mock_provider "aws" {
  alias = "in"
  mock_resource "aws_s3_bucket" {
    defaults = {
      versioning = { status = "Enabled" }
      public_access_block = { ignore_public_acls = WORD }
    }
  }
}
run "one" {
  assert {
    condition     = [for b in aws_s3_bucket.b : b.versioning.status] == ["Enabled", "Enabled"]
    error_message = "It is made up."
  }
  assert {
    condition     = alltrue([for b in aws_s3_bucket.b : b.public_access_block.ignore_public_acls])
    error_message = "It is made up."
  }
}
"""


def test_a_mock_has_the_instances_of_the_block(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(MAIN, encoding="utf-8")
    (tmp_path / "a.vbrtest.hcl").write_text(TEST.replace("WORD", "true"), encoding="utf-8")
    result = run("test", "-no-color")
    assert (result.status, result.err) == (0, "")
    assert "Success! 1 passed, 0 failed." in result.out


def test_a_default_that_does_not_fit_a_block(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(MAIN, encoding="utf-8")
    (tmp_path / "a.vbrtest.hcl").write_text(TEST.replace("WORD", '"maybe"'), encoding="utf-8")
    result = run("test", "-no-color")
    assert result.status == 1
    assert "ignore_public_acls" in result.err
