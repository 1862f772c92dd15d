"""``providers`` and ``providers schema -json``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vbrprov.workflow.registry import ProviderRegistry

MAIN = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
resource "terraform_data" "a" {}
module "m" {
  source = "./mod"
}
"""
MODULE = 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\ndata "local_file" "x" {\n}\n'


def _write(folder: Path, suffix: str) -> None:
    (folder / "mod").mkdir(parents=True, exist_ok=True)
    (folder / f"main{suffix}").write_text(MAIN, encoding="utf-8")
    (folder / "mod" / f"main{suffix}").write_text(MODULE, encoding="utf-8")


def test_the_tree(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ".vbr.hcl")
    result = run("providers")
    assert (result.status, result.out) == (0, """
Providers required by configuration:
.
├── provider[registry.terraform.io/hashicorp/aws] ~> 5.0
├── provider[terraform.io/builtin/terraform]
└── module.m
    ├── provider[registry.terraform.io/hashicorp/aws]
    └── provider[registry.terraform.io/hashicorp/local]

""")


def test_the_state_requires_providers_too(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text('resource "terraform_data" "a" {}\n', encoding="utf-8")
    run("apply", "-auto-approve")
    shown = run("providers").out
    assert shown.endswith("\nProviders required by state:\n\n"
                          "    provider[terraform.io/builtin/terraform]\n\n")


@pytest.mark.terraform
def test_the_tree_is_terraforms(run: Any, terraform: Callable[..., Any], tmp_path: Path) -> None:
    _write(tmp_path, ".vbr.hcl")
    _write(tmp_path / "terraform", ".tf")
    terraform("get")
    # Terraform's order changes from run to run, and with it which line is the last.
    def lines(text: str) -> list[str]:
        return sorted(line.replace("└", "├").replace("│", " ") for line in text.split("\n"))
    assert lines(run("providers").out.strip()) == lines(terraform("providers").out.strip())


@pytest.mark.terraform
def test_the_schema_of_the_common_type_is_terraforms(
    run: Any, terraform: Callable[..., Any], tmp_path: Path,
) -> None:
    text = 'resource "terraform_data" "a" {}\n'
    (tmp_path / "main.vbr.hcl").write_text(text, encoding="utf-8")
    (tmp_path / "terraform" / "main.tf").write_text(text, encoding="utf-8")
    shown = [json.loads(command("providers", "schema", "-json").out)["provider_schemas"][
        "terraform.io/builtin/terraform"] for command in (run, terraform)]
    ours, theirs = (one["resource_schemas"]["terraform_data"] for one in shown)
    ours["block"].pop("description")
    for spec in ours["block"]["attributes"].values():
        assert spec.pop("description")
    assert ours == theirs
    assert shown[0]["provider"] == shown[1]["provider"]
    password = shown[0]["ephemeral_resource_schemas"]["vbrprov_random_password"]["block"]
    assert password["attributes"]["result"]["computed"] is True


def test_every_type_has_a_schema(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(
        'provider "aws" {\n}\nprovider "veeam" {\n}\n', encoding="utf-8")
    found = json.loads(run("providers", "schema", "-json").out)
    assert found["format_version"] == "1.0"
    registry = ProviderRegistry()
    for name in ("aws", "veeam"):
        provider = registry.provider(name)
        assert provider is not None
        shown = found["provider_schemas"][provider.registry]
        assert list(shown["resource_schemas"]) == registry.type_names(name, "managed")
        assert list(shown["data_source_schemas"]) == registry.type_names(name, "data")
        assert shown["provider"]["block"]["attributes"]
    bucket = found["provider_schemas"]["registry.terraform.io/hashicorp/aws"][
        "resource_schemas"]["aws_s3_bucket"]["block"]
    assert bucket["attributes"]["bucket"]["type"] == "string"
    assert bucket["block_types"]["versioning"]["nesting_mode"] in ("single", "list", "set")
    key = found["provider_schemas"]["registry.terraform.io/hashicorp/aws"][
        "resource_schemas"]["aws_iam_access_key"]["block"]["attributes"]["secret"]
    assert key["sensitive"] is key["computed"] is True


def test_json_must_be_asked_for(run: Any) -> None:
    result = run("providers", "schema")
    assert result.status == 1
    assert "-json" in result.err
