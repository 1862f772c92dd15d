"""Modules and providers in JSON: what native syntax writes without quotes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request
from vbrprov.workflow.validate import validate


def _messages(folder: Path, configuration: dict[str, Any]) -> list[str]:
    (folder / "main.vbr.json").write_text(json.dumps(configuration))
    diags = Diagnostics()
    validate(Request(directory=str(folder)), Environment(registry=ProviderRegistry()), diags)
    return [f"{d.summary}: {d.detail}" for d in diags]


def test_a_source_may_be_made_from_early_values(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "main.vbr.hcl").write_text("locals {\n  a = 1\n}\n")
    assert _messages(tmp_path, {
        "locals": {"folder": "site"},
        "variable": {"v": {"default": "./site"}},
        "module": {"a": {"source": "./${local.folder}"}, "b": {"source": "${var.v}"},
                   "c": {"source": "./site"}},
    }) == []


def test_aliases_and_instances_of_providers(tmp_path: Path) -> None:
    assert _messages(tmp_path, {
        "vbrprov": {"required_providers": {
            "aws": {"source": "hashicorp/aws", "configuration_aliases": ["aws.x"]}}},
        "provider": {"aws": {"alias": "x", "for_each": '${toset(["a"])}', "region": "${each.key}"}},
        "resource": {"aws_s3_bucket": {"b": {"provider": 'aws.x["a"]', "bucket": "foo-bar-baz"}}},
    }) == []


def test_an_alias_must_be_one(tmp_path: Path) -> None:
    [wrong] = _messages(tmp_path, {
        "vbrprov": {"required_providers": {"aws": {"configuration_aliases": ["aws"]}}}})
    assert wrong.startswith("Invalid configuration_aliases value:")
