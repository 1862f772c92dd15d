"""Projects of a chosen size for the benchmarks: a pure function from arguments to texts.

The same text serves vbrprov and Terraform; only the suffix of the files differs. Blocks are of the
built-in type terraform_data, with eight attributes each.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

TYPE = "terraform_data"
FILES = 20
DEPTH = 10

HEAD = """\
variable "env" {
  type    = string
  default = "bench"
}

variable "base_size" {
  type    = number
  default = 100
}

locals {
  regions = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2"]
  tags    = { owner = "backup", env = var.env }
}
"""


def chain(count: int) -> dict[str, str]:
    """*count* blocks over 20 files, in chains of ten; each block refers twice to the one before."""
    texts = {"main": HEAD}
    size = -(-count // min(FILES, count))
    for number, start in enumerate(range(0, count, size)):
        texts[f"part{number:02d}"] = "\n".join(_blocks(start, min(count, start + size)))
    return texts


def _blocks(start: int, end: int) -> Iterator[str]:
    for i in range(start, end):
        before = f"{TYPE}.r{i - 1:06d}" if i % DEPTH else ""
        tier = '"standard"' if i % 3 else 'upper("cool")'
        enabled = "true" if i % 2 else 'var.env == "bench" ? true : false'
        yield (
            f'resource "{TYPE}" "r{i:06d}" {{\n'
            "  input = {\n"
            f'    name      = "repo-${{var.env}}-{i:06d}"\n'
            f"    region    = local.regions[{i % 4}]\n"
            f"    tier      = {tier}\n"
            f"    size_gb   = var.base_size + {i % 97} * 2\n"
            f'    tags      = merge(local.tags, {{ idx = "{i}" }})\n'
            f"    enabled   = {enabled}\n"
            f"    prev_id   = {_id(before)}\n"
            f"    prev_name = {_name(before, i)}\n"
            "  }\n"
            "}\n")


def _id(before: str) -> str:
    return f"{before}.id" if before else '"none"'


def _name(before: str, number: int) -> str:
    return f'"${{{before}.output.name}}-next"' if before else f'"root-{number}"'


def write(folder: Path, count: int, suffix: str) -> None:
    """Write the chain project of *count* blocks into *folder*, files named ``*suffix``."""
    folder.mkdir(parents=True)
    for name, text in chain(count).items():
        (folder / f"{name}{suffix}").write_text(text, encoding="utf-8")
