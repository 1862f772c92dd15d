"""What Terraform refuses, or takes, in blocks of the native syntax, and we do alike."""

from __future__ import annotations

import pytest

from vbrprov.config import load
from vbrprov.config.load import StoredFiles
from vbrprov.graph import build_graph
from vbrprov.syntax import parse_config


def _summaries(text: str) -> list[str]:
    root, found = load("", StoredFiles({"main.vbr.hcl": text.encode()}), parse_config)
    diags = list(found)
    if not found.has_errors:
        diags += build_graph(root)[1]
    return [item.summary for item in diags]


def _resource(body: str, more: str = "") -> str:
    return f'resource "terraform_data" "a" {{\n{body}\n}}\n{more}'


OTHER = 'resource "terraform_data" "b" {}\n'


@pytest.mark.parametrize(("text", "summaries"), [
    (_resource("depends_on = [1]"), ["Invalid expression"]),
    (_resource("depends_on = [terraform_data.b.id + 1]", OTHER), ["Invalid expression"]),
    (_resource("depends_on = [terraform_data.b.id]", OTHER), ["Invalid depends_on reference"]),
    (_resource("depends_on = [each.key]"), ["Invalid depends_on reference"]),
    (_resource("depends_on = [terraform_data.b]", OTHER), []),
    (_resource("depends_on = [terraform_data.b[0]]", OTHER), []),
    (_resource('depends_on = ["terraform_data.b"]', OTHER), ["Quoted references are deprecated"]),
    (_resource('depends_on = ["terraform_data.c"]', OTHER),
     ["Quoted references are deprecated", "Reference to undeclared resource"]),
    (_resource('lifecycle {\n ignore_changes = ["input"]\n}'),
     ["Quoted references are deprecated"]),
    (_resource('lifecycle {\n ignore_changes = ["*"]\n}'), ["Invalid ignore_changes wildcard"]),
    (_resource("lifecycle {\n ignore_changes = [1]\n}"), ["Invalid expression"]),
    (_resource("lifecycle {\n ignore_changes = all\n}"), []),
    (_resource("lifecycle {\n prevent_destroy = null\n}"), ["Unsuitable value type"]),
    (_resource("lifecycle {\n prevent_destroy = 1\n}"), ["Unsuitable value type"]),
    (_resource('lifecycle {\n prevent_destroy = "true"\n}'), []),
    ('variable "a" {\n type = "string"\n}\n', ["Invalid quoted type constraints"]),
    ('variable "a" {\n type = "any"\n}\n', ["Invalid legacy variable type hint"]),
    ('variable "a" {\n type = list("string")\n}\n', ["Invalid type specification"]),
    ('variable "a" {\n type = (string)\n}\n', ["Invalid type specification"]),
    ('variable "a" {\n type = object({ a = string, a = bool })\n}\n',
     ["Invalid type specification"]),
    ('variable "a" {\n description = 5\n}\n', []),
    ('variable "a" {\n description = true\n}\n', []),
    ('variable "a" {\n description = null\n}\n', ["Unsuitable value type"]),
    ('variable "provider" {}\n', ["Invalid variable name"]),
    ("terraform {\n required_version = null\n}\n", []),
    ('provider "aws" {\n alias = "1"\n}\n', ["Invalid provider configuration alias"]),
    ('provider "aws" {\n alias = ""\n}\n', ["Invalid provider configuration alias"]),
    ('provider "aws" {\n count = 1\n}\n', ["Reserved argument name in provider block"]),
    (_resource("provider = terraform"), []),
    (_resource('provider = "terraform"'), ["Quoted references are deprecated"]),
    (_resource("provider = terraform.x"), ["Provider configuration not present"]),
    (_resource("provider = terraform.x", 'provider "terraform" {\n alias = "x"\n}\n'), []),
    (_resource("input = resource.terraform_data.b.id", OTHER), []),
    (_resource("input = resource.terraform_data.c.id", OTHER),
     ["Reference to undeclared resource"]),
    ("terraform {\n required_providers {}\n required_providers {}\n}\n",
     ["Duplicate required providers configuration"]),
    ("terraform {\n required_providers {\n aws = { foo = 1 }\n}\n}\n",
     ["Invalid required_providers object"]),
    ("terraform {\n required_providers {\n aws = 1\n}\n}\n",
     ["Invalid required_providers object"]),
    ("terraform {\n required_providers {\n Aws = {}\n}\n}\n", ["Invalid provider local name"]),
    ("terraform {\n required_providers {\n aws {}\n}\n}\n", ['Unexpected "aws" block']),
    ("terraform {\n required_providers {\n aws = { source = var.x }\n}\n}\n", ["Invalid source"]),
    ('terraform {\n required_providers {\n aws = { version = "x" }\n}\n}\n',
     ["Invalid version constraint"]),
])
def test_checks_of_blocks(text: str, summaries: list[str]) -> None:
    assert _summaries(text) == summaries
