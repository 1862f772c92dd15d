"""A wrong value of a variable is said once, and nothing that depends on it is looked at."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.diag import Diagnostics
from vbrprov.workflow.validate import validate

TEXT = """
    variable "n" {
      type    = number
      default = 1
      validation {
        condition     = var.n < 10
        error_message = "Too many."
      }
    }
    locals {
      list = [for i in range(1) : i]
      deep = local.list[var.n]
    }
    resource "vbrprov_data" "x" {
      count = var.n == 1 ? 0 : tonumber("what")
      input = local.deep
    }
    module "m" {
      source = "./m"
      name   = tonumber(local.deep).nothing
    }
    output "o" {
      value = module.m.o + upper(local.deep)
    }
    resource "vbrprov_data" "free" {
      input = "x"
    }
"""
CHILD = """
    variable "name" {
    }
    resource "vbrprov_data" "y" {
      input = var.name.too
    }
    output "o" {
      value = vbrprov_data.y.input.deep
    }
"""


@pytest.fixture
def wrong(world: World) -> World:
    world.write(TEXT)
    world.write(CHILD, "m/main.vbr.hcl")
    return world


def test_only_the_variable_is_reported(wrong: World) -> None:
    plan = wrong.plan(n="20")
    assert [d.summary for d in wrong.diags] == ["Invalid value for variable"], wrong.messages()
    assert plan.errored
    assert [c.address for c in plan.changes] == ["vbrprov_data.free"]
    assert [(c.address, str(c.status)) for c in plan.checks] == [("var.n", "fail")]


def test_nothing_is_destroyed_for_it(wrong: World) -> None:
    wrong.write('resource "vbrprov_data" "x" {\n  count = 1\n}\n')
    wrong.apply()
    wrong.write(TEXT)
    plan = wrong.plan(n="20")
    assert [d.summary for d in wrong.diags] == ["Invalid value for variable"], wrong.messages()
    assert "delete" not in wrong.actions(plan).values()


def test_validate_says_it_once_too(wrong: World) -> None:
    wrong.write(TEXT.replace("default = 1", "default = 20"))
    diags = Diagnostics()
    validate(wrong.request(), wrong.environment(), diags)
    assert [d.summary for d in diags] == ["Invalid value for variable"]
