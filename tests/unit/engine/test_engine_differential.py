"""The same configurations planned here and by terraform: actions, reasons, errors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from engine_world import World

from vbrprov.plan.model import Options

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

REPEATED = """
    variable "v" {
      default = "1"
    }
    resource "terraform_data" "x" {
      count = 2
      input = var.v
    }
    resource "terraform_data" "y" {
      input = terraform_data.x[0].input
    }
    resource "terraform_data" "z" {
      for_each = { a = terraform_data.y.id, b = "fixed" }
      input    = each.value
      lifecycle {
        replace_triggered_by = [terraform_data.x[0].input, terraform_data.y]
      }
    }
    module "m" {
      source   = "./m"
      for_each = toset(["one", "two"])
      value    = "${each.key}-${var.v}"
    }
"""
MODULE = """
    variable "value" {}
    resource "terraform_data" "in" {
      count = 2
      input = var.value
    }
    resource "terraform_data" "deep" {
      triggers_replace = terraform_data.in[1].input
    }
"""
NOTHING = Options()
Actions = dict[str, tuple[list[str], str]]


class Terraform:
    """The program, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("terraform")
        if program is None:
            pytest.skip("there is no terraform")
        self.program = program
        self.folder = folder
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
        self.environ["CHECKPOINT_DISABLE"] = "1"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command."""
        return subprocess.run([self.program, *arguments], cwd=self.folder, env=self.environ,
                              capture_output=True, text=True, timeout=120, check=False)

    def write(self, text: str, name: str) -> None:
        """One file."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def plan(self, arguments: list[str]) -> Actions | list[str]:
        """What it would do, or the summaries of its errors."""
        done = self.run("plan", "-no-color", "-input=false", "-out=p", *arguments)
        if done.returncode:
            return [line.partition("Error: ")[2] for line in done.stderr.splitlines()
                    if "Error: " in line]
        shown: dict[str, Any] = json.loads(self.run("show", "-json", "p").stdout)
        return {c["address"]: (c["change"]["actions"], c.get("action_reason", ""))
                for c in shown.get("resource_changes", ()) if c["change"]["actions"] != ["no-op"]}


def ours(world: World, options: Options, values: dict[str, str]) -> Actions | list[str]:
    """The same of this program."""
    from vbrprov.views.json.plan import actions

    plan = world.plan(options, **values)
    errors = [d.summary for d in world.diags if d.is_error]
    if errors:
        return errors
    return {c.address: (actions(c), str(c.reason)) for c in plan.changes if c.is_change}


def arguments(options: Options, values: dict[str, str]) -> list[str]:
    """Options as terraform takes them."""
    return [*(f"-target={t}" for t in options.targets), *(f"-replace={r}" for r in options.replace),
            *(["-destroy"] if options.destroy else []),
            *(f"-var={k}={v}" for k, v in values.items())]


@pytest.fixture
def pair(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Terraform]:
    """Both programs with the same configuration."""
    other = Terraform(tmp_path_factory.mktemp("terraform"))
    world.write(MODULE, "m/main.vbr.hcl")
    other.write(MODULE, "m/main.tf")
    return world, other


@pytest.mark.parametrize("applied", [False, True])
def test_plans_agree(pair: tuple[World, Terraform], applied: bool) -> None:
    world, other = pair
    world.write(REPEATED)
    other.write(REPEATED, "main.tf")
    assert other.run("init").returncode == 0
    if applied:
        world.apply()
        assert other.run("apply", "-auto-approve").returncode == 0
    for options, values in (
        (NOTHING, {}), (NOTHING, {"v": "2"}),
        (Options(targets=("terraform_data.y",)), {"v": "2"}),
        (Options(targets=("terraform_data.x[1]",)), {"v": "2"}),
        (Options(targets=('module.m["one"]',)), {"v": "2"}),
        (Options(targets=("module.m",)), {}),
        (Options(targets=('module.m["two"].terraform_data.deep',)), {"v": "2"}),
        (Options(targets=("terraform_data.x[0]", "terraform_data.y")), {"v": "2"}),
        (Options(replace=("terraform_data.x[0]",)), {}),
        (Options(replace=("terraform_data.x",)), {}),
        (Options(replace=("terraform_data.y", "terraform_data.x[1]")), {}),
        (Options(replace=('module.m["one"].terraform_data.in[1]',)), {}),
        (Options(replace=("terraform_data.nix",)), {}),
        (Options(replace=("terraform_data.x[0]",), targets=("terraform_data.x[1]",)), {}),
        (Options(destroy=True), {}),
        (Options(destroy=True, targets=("terraform_data.x",)), {}),
        (Options(destroy=True, targets=("terraform_data.x[1]",)), {}),
        (Options(destroy=True, targets=('module.m["one"]',)), {}),
    ):
        given = arguments(options, values)
        assert ours(world, options, values) == other.plan(given), given


@pytest.mark.parametrize("argument", [
    "count = sensitive(2)", "count = 0", "count = null", "count = -1", "count = 1.5",
    'count = "abc"', 'count = "2"', "for_each = {}", "for_each = toset([])", "for_each = []",
    "for_each = null", "for_each = toset([null])", "for_each = toset([1])",
    'for_each = sensitive(toset(["a"]))', 'for_each = toset([sensitive("a")])',
    "for_each = { a = sensitive(1), b = null }", 'count = timestamp() == "" ? 1 : 2',
    "for_each = toset([timestamp()])",
])
def test_repetition_agrees(pair: tuple[World, Terraform], argument: str) -> None:
    world, other = pair
    text = f'resource "terraform_data" "x" {{\n  {argument}\n}}\n'
    world.write(text)
    other.write(text, "main.tf")
    other.run("init")
    found, expected = ours(world, NOTHING, {}), other.plan([])
    if isinstance(expected, list):
        # terraform has two summaries for one thing: a set's own, and the argument's.
        expected = [s.replace("for_each set argument", "for_each argument") for s in expected]
    assert found == expected
