"""``validate -fix``: what is mended, and what is left to people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BUCKET = """resource "aws_s3_bucket" "b" {
  bucket = "backups"

  lifecycle_rule {
    id              = "expire"
    status          = "Enabled"
    expiration_days = 2
  }

  tags = { a = "b" } # kept
}
"""
REST = """
resource "veeam_amazon_s3_repository" "r" {
  name = "r"
  account {
    credentials_id = "11111111-0000-0000-0000-000000000001"
    region_type    = "global"
  }
  bucket {
    region_id = "eu-west-1"
    name      = aws_s3_bucket.b.bucket
    folder    = "f"
  }
}
"""


def test_a_forbidden_block_goes_and_nothing_else(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "main.vbr.hcl"
    file.write_text(BUCKET + REST)
    assert "validate -fix" in run("validate").out
    assert file.read_text() == BUCKET + REST
    fixed = run("validate", "-fix")
    assert fixed.status == 0
    assert "Fixed VBR014: lifecycle_rule[0] of aws_s3_bucket.b is gone" in fixed.out
    head, _, tail = BUCKET.partition("  lifecycle_rule")
    assert file.read_text() == head + tail.partition("  }\n\n")[2] + REST
    assert run("validate").status == 0


def test_a_module_is_mended_once_for_all_its_instances(run: Any, tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    text = BUCKET.replace('"backups"', '"backups-${var.name}"') + REST
    (tmp_path / "m" / "main.vbr.hcl").write_text('variable "name" {}\n' + text)
    (tmp_path / "main.vbr.hcl").write_text(
        'module "m" {\n  source   = "./m"\n  for_each = toset(["a", "b"])\n'
        "  name     = each.key\n}\n")
    fixed = run("validate", "-fix")
    assert fixed.status == 0
    assert "lifecycle_rule" not in (tmp_path / "m" / "main.vbr.hcl").read_text()


def test_marks_and_line_ends_stay(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "main.vbr.hcl"
    file.write_bytes(b"\xef\xbb\xbf" + (BUCKET + REST).replace("\n", "\r\n").encode())
    assert run("validate", "-fix").status == 0
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"lifecycle_rule" not in raw
    assert raw.count(b"\r\n") == raw.count(b"\n")


def test_what_has_to_be_decided_is_left_alone(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "main.vbr.hcl"
    generated = BUCKET.replace("  lifecycle_rule {", '  dynamic "lifecycle_rule" {\n'
                               '    for_each = ["x"]\n    content {').replace(
        "days = 2\n  }", "days = 2\n    }\n  }")
    file.write_text(generated + REST)
    found = run("validate", "-fix")
    assert found.status == 1
    assert "VBR014" in found.err
    assert file.read_text() == generated + REST


def test_json_files_are_left_alone(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "bucket.vbr.json"
    text = json.dumps({"resource": {"aws_s3_bucket": {"b": {"bucket": "backups", "lifecycle_rule": [
        {"id": "expire", "status": "Enabled", "expiration_days": 2}]}}}})
    file.write_text(text)
    (tmp_path / "main.vbr.hcl").write_text(REST)
    assert run("validate", "-fix").status == 1
    assert file.read_text() == text


def test_without_errors_nothing_is_written(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "main.vbr.hcl"
    file.write_text('locals {\n a   =  1\n}\n')  # not in the canonical form
    assert run("validate", "-fix").status == 0
    assert file.read_text() == 'locals {\n a   =  1\n}\n'


def test_in_json_the_fixes_are_told_beside_it(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(BUCKET + REST)
    fixed = run("validate", "-fix", "-json")
    assert json.loads(fixed.out)["valid"] is True
    assert "Fixed VBR014" in fixed.err


def test_warnings_are_refused_with_strict(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(BUCKET.replace("backups", "my.backups").replace(
        "Enabled", "Disabled") + REST)
    warned = run("validate")
    assert warned.status == 0
    assert "VBR098" in warned.out + warned.err
    refused = run("validate", "-strict")
    assert refused.status == 1
    assert "VBR098" in refused.out + refused.err


def test_what_is_left_out_is_known_before_a_plan(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(
        'data "veeam_backup_server" "this" {\n  uses_http_proxy = true\n}\n'
        + REST.replace("aws_s3_bucket.b.bucket", '"backups"'))
    found = run("validate")
    assert found.status == 0
    assert {"VBR021", "VBR094"} <= set((found.out + found.err).replace(":", " ").split())
