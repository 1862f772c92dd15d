"""What there is no instance of is checked as far as no value matters for it."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.diag import Diagnostics
from vbrprov.plan.model import Options
from vbrprov.workflow.validate import validate

MODULE = """
    variable "names" {
      type    = list(string)
      default = []
    }
    resource "vbrprov_data" "a" {
      count = length(var.names)
      input = var.names[count.index]
    }
    resource "vbrprov_data" "b" {
      for_each = {}
      input    = [each.key, each.value.size]
      lifecycle {
        precondition {
          condition     = length(var.names) > 7
          error_message = "few"
        }
      }
    }
    resource "vbrprov_data" "c" {
      input = [1]
    }
    locals {
      first  = var.names[0]
      second = vbrprov_data.c.input[1]
    }
    output "ids" {
      value = [for a in vbrprov_data.a : a.id]
    }
"""
CALL = """
    module "m" {
      source = "./m"
      count  = 0
      names  = ["x"]
    }
    output "o" {
      value = [for m in module.m : m.ids]
    }
"""


@pytest.mark.parametrize("call", [CALL, CALL.replace("count  = 0", "for_each = toset([])")])
def test_values_do_not_matter_where_there_are_none(world: World, call: str) -> None:
    world.write(MODULE, "m/main.vbr.hcl")
    world.write(call)
    plan = world.plan()
    assert not world.diags, world.messages()
    assert not plan.changes


WRONG = {
    "call": ("output \"x\" {\n value = sum()\n}", "Not enough function arguments"),
    "type": ("output \"x\" {\n value = [] + 1\n}", "Invalid operand"),
    "attribute": ("output \"x\" {\n value = vbrprov_data.c.inptu\n}", "Unsupported attribute"),
    "count": ('resource "vbrprov_data" "x" {\n count = "many"\n}', "Incorrect value type"),
    "condition": ('resource "vbrprov_data" "x" {\n lifecycle {\n postcondition {\n'
                  '  condition = [self.id]\n error_message = "no"\n }\n }\n}',
                  "Invalid condition result"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_whatever_the_values_are_is_told(world: World, what: str) -> None:
    text, summary = WRONG[what]
    world.write(MODULE + text, "m/main.vbr.hcl")
    world.write(CALL)
    world.plan()
    assert [d.summary for d in world.diags] == [summary], world.messages()
    diags = Diagnostics()
    validate(world.request(), world.environment(), diags)
    assert [d.summary for d in diags] == [summary]


def test_an_argument_that_does_not_suit_the_variable(world: World) -> None:
    world.write(MODULE, "m/main.vbr.hcl")
    world.write(CALL.replace('["x"]', '{ a = "x" }'))
    world.plan()
    assert [d.summary for d in world.diags] == ["Invalid value for variable"]


@pytest.mark.parametrize(("limit", "fine"), [(3, True), (2, False)])
def test_a_value_that_is_given_must_be_valid(world: World, limit: int, fine: bool) -> None:
    world.write("""
        variable "v" {
          type = object({ a = string, b = string })
          validation {
            condition     = can(jsonencode(var.v)) && length(var.v) < LIMIT
            error_message = "no"
          }
        }
    """.replace("LIMIT", str(limit)), "m/main.vbr.hcl")
    world.write('''
        module "m" {
          source = "./m"
          count  = 0
          v      = { a = "x", b = "y" }
        }
    ''')
    world.plan()
    assert world.diags.has_errors is not fine, world.messages()


def test_a_block_without_instances_is_checked(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "x" {
          count = 0
          input = upper()
        }
        resource "vbrprov_data" "y" {
          count = 1
          input = "y"
        }
    """)
    world.plan()
    assert [d.summary for d in world.diags] == ["Not enough function arguments"]
    world.plan(Options(targets=("vbrprov_data.y",)))
    assert not world.diags.has_errors, world.messages()


def test_with_target_what_nothing_needs_may_turn_out_wrong(world: World) -> None:
    text = """
        resource "vbrprov_data" "a" {
          input = ["x"]
        }
        resource "vbrprov_data" "b" {
          input = vbrprov_data.a.id
        }
        locals {
          sorted = sort(vbrprov_data.a.output)
        }
        output "o" {
          value = local.sorted
        }
        output "p" {
          value = vbrprov_data.b.output == vbrprov_data.a.id
        }
    """
    world.write(text)
    world.apply()
    before = bytes(world.state().outputs["o"].value)
    world.write(text.replace('input = ["x"]', ""))
    world.apply(Options(targets=("vbrprov_data.b",)))
    assert not world.diags.has_errors, world.messages()
    assert bytes(world.state().outputs["o"].value) == before
    assert bytes(world.state().outputs["p"].value) == b"true"
    world.apply()
    assert [d.summary for d in world.diags if d.is_error] == ["Invalid function argument"]


def test_the_output_of_a_secret_inside_something_is_known_after_apply(world: World) -> None:
    text = """
        variable "v" {
          default   = "hunter22"
          sensitive = true
        }
        resource "vbrprov_data" "a" {
          input = { k = var.v }
        }
    """
    world.write(text)
    world.apply()
    world.write(text.replace("sensitive = true", "").replace("k =", "kk ="))
    plan = world.plan()
    change = next(c for c in plan.changes if c.address == "vbrprov_data.a")
    assert world.actions(plan) == {"vbrprov_data.a": "update"}
    assert change.after is not None
    assert "known after apply" in repr(change.after["output"])
