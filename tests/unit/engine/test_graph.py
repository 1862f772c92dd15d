"""Order, cycles and references to nothing."""

from __future__ import annotations

import pytest
from engine_world import World


def _one(world: World, text: str) -> str:
    world.write(text)
    world.plan()
    assert len(world.diags) == 1, world.messages()
    return world.messages()[0]


def test_values_flow_through_locals_variables_and_outputs(world: World) -> None:
    world.write("""
        variable "name" {
          default = "a"
        }
        locals {
          later  = "${local.former}-2"
          former = "${var.name}-1"
        }
        resource "vbrprov_data" "x" {
          input = local.later
        }
        output "x" {
          value = vbrprov_data.x.input
        }
    """)
    plan = world.plan()
    assert not world.diags, world.messages()
    assert [(o.name, o.after) for o in plan.outputs] == [("x", "a-1-2")]


def test_a_cycle_shows_its_path_and_all_places(world: World) -> None:
    world.write("""
        locals {
          a = local.b
          b = vbrprov_data.c.id
        }
        resource "vbrprov_data" "c" {
          input = local.a
        }
    """)
    world.plan()
    (found,) = world.diags
    assert found.summary == "Cycle"
    for name in ("local.a", "local.b", "vbrprov_data.c"):
        assert name in found.detail
    assert found.detail.count("->") == 3
    assert found.subject is not None
    assert len(found.related) == 2


def test_a_block_that_refers_to_itself(world: World) -> None:
    text = _one(world, """
        resource "vbrprov_data" "c" {
          input = vbrprov_data.c.id
        }
    """)
    assert "Self-referential block" in text


@pytest.mark.parametrize(("expression", "summary", "hint"), [
    ("var.nmae", "Reference to undeclared input variable", 'Did you mean "name"?'),
    ("local.pathh", "Reference to undeclared local value", 'Did you mean "path"?'),
    ("vbrprov_data.frist.id", "Reference to undeclared resource", 'Did you mean '
     '"vbrprov_data.first"?'),
    ("module.lab.x", "Reference to undeclared module", ""),
    ("nothing", "Invalid reference", ""),
    ("data.aws_caller_identity.me.arn", "Reference to undeclared resource", ""),
])
def test_references_to_nothing(world: World, expression: str, summary: str, hint: str) -> None:
    text = _one(world, f"""
        variable "name" {{
          default = "x"
        }}
        locals {{
          path = "x"
        }}
        resource "vbrprov_data" "first" {{
        }}
        resource "vbrprov_data" "x" {{
          input = {expression}
        }}
    """)
    assert text.startswith(summary)
    assert hint in text


def test_the_place_of_a_bad_reference_is_the_reference(world: World) -> None:
    world.write('locals {\n  a = 1 + var.nothing\n}\n')
    world.plan()
    (found,) = world.diags
    assert found.subject is not None
    where = found.subject
    assert (where.start.line, where.start.column, where.end.column) == (2, 11, 22)


def test_all_bad_references_are_reported_at_once(world: World) -> None:
    world.write("""
        locals {
          a = var.one
          b = var.two
          c = vbrprov_data.three.id
        }
    """)
    world.plan()
    assert len(world.diags) == 3


def test_a_cycle_of_thousands_is_a_short_message(world: World) -> None:
    lines = [f"l{index} = local.l{(index + 1) % 3_000}" for index in range(3_000)]
    world.write("locals {\n" + "\n".join(lines) + "\n}\n")
    world.plan()
    (found,) = world.diags
    assert found.summary == "Cycle"
    assert " -> (2981 more) -> local.l" in found.detail
    assert len(found.detail) < 500
    assert len(found.related) == 20
