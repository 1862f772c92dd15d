"""Nested blocks in override files, in both syntaxes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from override_world import planned

BUCKET = """
    variable "names" { default = ["x"] }
    resource "aws_s3_bucket" "b" {
      bucket = "backups"
      lifecycle_rule {
        id      = "base-1"
        enabled = true
      }
      lifecycle_rule {
        id      = "base-2"
        enabled = true
      }
      lifecycle {
        prevent_destroy = true
      }
    }
"""


@pytest.mark.parametrize("files", [
    {"override": """
        resource "aws_s3_bucket" "b" {
          lifecycle_rule {
            id      = "x"
            enabled = false
          }
        }
     """},
    {"override": """
        resource "aws_s3_bucket" "b" {
          dynamic "lifecycle_rule" {
            for_each = var.names
            content {
              id      = lifecycle_rule.value
              enabled = false
            }
          }
        }
     """},
    {"override.vbr.json": """
        {"resource": {"aws_s3_bucket": {"b": {
          "lifecycle_rule": {"id": "${var.names[0]}", "enabled": false}}}}}
     """},
    {"override.vbr.json": """
        {"resource": {"aws_s3_bucket": {"b": {"dynamic": {"lifecycle_rule": {
          "for_each": ["x"], "iterator": "r", "content": {"id": "${r.value}", "enabled": false}
        }}}}}}
     """},
], ids=["blocks", "dynamic", "JSON", "dynamic in JSON"])
def test_blocks_replace_all_of_their_type(files: dict[str, str], tmp_path: Path) -> None:
    plan, diags = planned(tmp_path, {"main": BUCKET, **files})
    assert plan is not None, list(diags)
    assert not [d for d in diags if str(d.severity) == "error"]
    after: Any = plan.changes[0].after
    assert [rule["id"] for rule in after["lifecycle_rule"].items] == ["x"]
    assert after["bucket"] == "backups"


def test_a_block_replaces_one_in_json(tmp_path: Path) -> None:
    plan, diags = planned(tmp_path, {
        "main.vbr.json": '{"resource": {"aws_s3_bucket": {"b": {"bucket": "backups", '
                         '"lifecycle_rule": [{"id": "a", "enabled": true}]}}}}',
        "override": 'resource "aws_s3_bucket" "b" {\n  lifecycle_rule {\n    id = "x"\n'
                    "    enabled = false\n  }\n}\n"})
    assert plan is not None, list(diags)
    after: Any = plan.changes[0].after
    assert [rule["id"] for rule in after["lifecycle_rule"].items] == ["x"]
