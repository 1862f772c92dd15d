"""Conditions and defaults that are wrong whatever the values are; outputs that become null."""

from __future__ import annotations

import pytest
from engine_world import World  # found through the path that conftest adds

from vbrprov.plan.model import Options

TRUE = "condition     = 1 == 1\n    error_message = \"x\"\n"


@pytest.mark.parametrize(("text", "summaries"), [
    ('variable "v" {\n  nullable = false\n  default  = null\n}',
     ["Invalid default value for variable"]),
    ('variable "v" {\n  default = null\n}', []),
    ('variable "v" {\n  default = 1\n  validation {\n    ' + TRUE + "  }\n}",
     ["Invalid validation expression", "Invalid variable validation condition"]),
    ('variable "v" {\n  default = 1\n}\nvariable "w" {\n  default = 1\n  validation {\n'
     '    condition     = var.v == 1\n    error_message = "x"\n  }\n}',
     ["Invalid variable validation condition"]),
    ('variable "v" {\n  default = 1\n}\nvariable "w" {\n  default = 1\n  validation {\n'
     '    condition     = var.v == var.w\n    error_message = "x"\n  }\n}', []),
    ('resource "vbrprov_data" "x" {\n  lifecycle {\n    precondition {\n    ' + TRUE
     + "    }\n  }\n}", ["Invalid precondition expression"]),
    ('resource "vbrprov_data" "x" {\n  lifecycle {\n    postcondition {\n    ' + TRUE
     + "    }\n  }\n}", ["Invalid postcondition expression"]),
    ('output "o" {\n  value = 1\n  precondition {\n    '
     'condition     = alltrue([for x in [1] : x == 1])\n    error_message = "x"\n  }\n}',
     ["Invalid precondition expression"]),
    ('output "o" {\n  value = 1\n  precondition {\n    condition     = path.module != ""\n'
     '    error_message = "x"\n  }\n}', []),
])
def test_form(world: World, text: str, summaries: list[str]) -> None:
    world.write(text)
    world.plan()
    assert [d.summary for d in world.diags] == summaries


def test_an_output_that_becomes_null_is_dropped(world: World) -> None:
    world.write('variable "gone" {\n  default = false\n}\n'
                'output "o" {\n  value = var.gone ? null : "a"\n}\n'
                'output "never" {\n  value = null\n}\n')
    world.apply()
    assert list(world.state().outputs) == ["o"]
    assert [str(o.action) for o in world.plan(Options(), gone="true").outputs] == [
        "no-op", "update"]
    world.apply(gone="true")
    assert world.state().outputs == {}
    assert not world.plan(gone="true").has_changes


@pytest.mark.parametrize("text", [
    'variable "s" {\n  type      = number\n  sensitive = true\n  default   = "hush-hush"\n}',
    'variable "s" {\n  default   = "hush-hush"\n  sensitive = true\n}\n'
    'resource "vbrprov_data" "x" {\n  count = var.s ? 1 : 0\n}',
    'variable "s" {\n  default   = "hush-hush"\n  sensitive = true\n}\n'
    'output "o" {\n  value = parseint(var.s, 10)\n}',
    'variable "s" {\n  default   = "hush-hush"\n  sensitive = true\n}\n'
    'output "o" {\n  value     = var.s + 1\n  sensitive = true\n}',
])
def test_no_error_tells_a_sensitive_value(world: World, text: str) -> None:
    world.write(text)
    world.plan()
    assert world.diags.has_errors
    assert "hush" not in "".join(world.messages())


def test_conditions_do_not_keep_things_from_being_destroyed(world: World) -> None:
    text = """
        variable "v" {
          default = "a"
        }
        resource "vbrprov_data" "x" {}
        output "o" {
          value = vbrprov_data.x.id
          precondition {
            condition     = var.v == "a"
            error_message = "Never."
          }
        }
    """
    world.write(text)
    world.apply()
    world.apply(Options(destroy=True), v="b")
    assert not world.diags, world.messages()
    assert world.state().is_empty
