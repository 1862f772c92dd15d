"""Override files: what replaces what, and places of errors in blocks made of two files."""

from __future__ import annotations

from pathlib import Path

import pytest
from override_world import loaded, places, planned

from vbrprov.config.constants import constant
from vbrprov.config.overrides import is_override
from vbrprov.diag import Diagnostics


@pytest.mark.parametrize(("name", "expected"), [
    ("override.vbr.hcl", True), ("override.vbr.json", True), ("a_override.vbr.hcl", True),
    ("_override.vbr.json", True), ("overrides.vbr.hcl", False), ("xoverride.vbr.hcl", False),
    ("override_a.vbr.hcl", False), ("override.x.vbr.hcl", False),
])
def test_names(name: str, expected: bool) -> None:
    assert is_override(name) is expected


SETTINGS = """
    terraform {
      required_version = ">= 99"
      required_providers {
        aws = { source = "x" }
        veeam = { source = "x" }
      }
      backend "local" {
        path = "a"
      }
    }
"""


def test_settings_one_by_one(tmp_path: Path) -> None:
    root, diags = loaded(tmp_path, {"main": SETTINGS, "override": """
        vbrprov {
          required_version = ">= 0.0.1"
          required_providers {
            aws = { source = "y" }
            s3 = { source = "y" }
          }
          backend "http" {
            address = "b"
          }
        }
    """})
    assert not diags
    assert root.settings.required_version == ">= 0.0.1"
    assert sorted(root.settings.required_providers) == ["aws", "s3", "veeam"]
    assert root.settings.backend is not None
    assert root.settings.backend[0] == "http"


def test_settings_not_mentioned_stay(tmp_path: Path) -> None:
    root, diags = loaded(tmp_path, {"main": SETTINGS, "override": "terraform {}\n"})
    assert not diags
    assert root.settings.required_version == ">= 99"
    assert root.settings.backend is not None
    assert root.settings.backend[0] == "local"


def test_two_backends_in_one_override(tmp_path: Path) -> None:
    _, diags = loaded(tmp_path, {"main": SETTINGS, "override": """
        terraform {
          backend "http" {}
          backend "local" {}
        }
    """})
    assert [d.summary for d in diags] == ["Duplicate backend configuration"]


def test_providers(tmp_path: Path) -> None:
    root, diags = loaded(tmp_path, {
        "main": """
            provider "aws" {
              alias  = "west"
              region = "a"
              endpoint = "a"
            }
            provider "aws" { region = "b" }
        """,
        "a_override": """
            provider "aws" {
              alias  = "west"
              region = "c"
            }
            provider "veeam" { url = "d" }
        """,
    })
    assert not diags
    found = {key: {a.name: constant(a.expr, p.content.source, Diagnostics())
                   for a in p.content.attributes} for key, p in root.providers.items()}
    assert found == {"aws": {"region": "b"}, "aws.west": {"endpoint": "a", "region": "c"},
                     "veeam": {"url": "d"}}


def test_lifecycle_is_merged_by_argument(tmp_path: Path) -> None:
    root, diags = loaded(tmp_path, {
        "main": """
            resource "vbrprov_data" "a" {
              lifecycle {
                ignore_changes       = [input]
                prevent_destroy      = true
                replace_triggered_by = [vbrprov_data.b]
                precondition {
                  condition     = vbrprov_data.b.id != ""
                  error_message = "m"
                }
              }
            }
            resource "vbrprov_data" "b" {}
        """,
        "override": """
            resource "vbrprov_data" "a" {
              lifecycle {
                ignore_changes        = [triggers_replace]
                create_before_destroy = true
              }
            }
        """})
    assert not diags
    found = root.resources["vbrprov_data.a"].lifecycle
    assert found.ignore_changes == (("triggers_replace",),)
    assert found.create_before_destroy is True
    assert found.prevent_destroy is not None
    assert len(found.replace_triggered_by) == 1
    assert len(found.preconditions) == 1


def test_places_of_errors_in_merged_blocks(tmp_path: Path) -> None:
    _, diags = planned(tmp_path, {
        "main": 'resource "vbrprov_data" "a" {\n  # é\n  input = local.base\n}\n',
        "a_override": 'resource "vbrprov_data" "a" {\n  triggers_replace = local.first\n}\n',
        "b_override.vbr.json": '{"resource": {"vbrprov_data": {"a": {\n'
                               '  "count": "\\n${local.second}", "lifecycle": '
                               '{"replace_triggered_by": ["vbrprov_data.third"]}}}}}',
    })
    found = places(diags, tmp_path)
    assert sorted(found, key=lambda each: each[1:]) == [
        ("Reference to undeclared local value", "a_override.vbr.hcl", "local.first"),
        ("Reference to undeclared local value", "b_override.vbr.json", "local.second"),
        ("Reference to undeclared resource", "b_override.vbr.json", "vbrprov_data.third"),
        ("Reference to undeclared local value", "main.vbr.hcl", "local.base"),
    ]


def test_errors_of_evaluation_in_merged_blocks(tmp_path: Path) -> None:
    _, diags = planned(tmp_path, {
        "main": 'resource "aws_s3_bucket" "a" {\n  bucket = "backups"\n}\n',
        "override": 'resource "aws_s3_bucket" "a" {\n  object_lock_enabled = [1 + 1]\n'
                    '  bukket = "x"\n}\n'})
    errors = Diagnostics(d for d in diags if d.is_error)
    assert sorted(places(errors, tmp_path)) == [
        ("Incorrect attribute value type", "override.vbr.hcl", "[1 + 1]"),
        ("Unsupported argument", "override.vbr.hcl", "bukket"),
    ]


def test_missing_bases_name_the_override(tmp_path: Path) -> None:
    _, diags = loaded(tmp_path, {"main": "locals {\n  a = 1\n}\n", "override": """
        locals { b = 1 }
        variable "v" {}
        output "o" { value = 1 }
        module "m" { source = "./m" }
        resource "vbrprov_data" "r" {}
        data "aws_s3_bucket" "d" {}
        provider "aws" { alias = "x" }
        moved {
          from = vbrprov_data.a
          to   = vbrprov_data.b
        }
        check "c" {}
    """})
    assert [(d.summary, d.subject.start.line if d.subject else 0) for d in diags] == [
        ("Missing base local value definition to override", 2),
        ("Missing base variable declaration to override", 3),
        ("Missing base output definition to override", 4),
        ("Missing module call to override", 5),
        ("Missing resource to override", 6),
        ("Missing data resource to override", 7),
        ("Missing base provider configuration for override", 8),
        ("Cannot override 'moved' blocks", 9),
        ("Can't override check blocks", 13),
    ]


def test_only_override_files(tmp_path: Path) -> None:
    root, diags = loaded(tmp_path, {"override": 'provider "aws" {}\n'})
    assert not diags
    assert list(root.providers) == ["aws"]
