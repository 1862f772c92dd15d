"""``ignore_changes`` beside the schema, and what else only a plan sees of blocks."""

from __future__ import annotations

import pytest
from engine_world import World


@pytest.mark.parametrize(("ignored", "summaries"), [
    ("unknown", ["Unsupported attribute"]), ('"all"', [
        "Quoted references are deprecated", "Unsupported attribute"]),
    ("id.more", ["Unsupported attribute"]), ("id", ["Redundant ignore_changes element"]),
    ("input.more", []), ("input[0]", []), ('input["x"].y', []), ("input, input", []),
])
def test_what_is_ignored_must_be_there(world: World, ignored: str, summaries: list[str]) -> None:
    world.write(f'resource "vbrprov_data" "a" {{\n lifecycle {{\n ignore_changes = [{ignored}]\n'
                "}\n}\n")
    world.plan()
    assert [d.summary for d in world.diags] == summaries


def test_a_prevent_destroy_that_turns_out_null_is_an_error(world: World) -> None:
    world.write('variable "x" {\n default = null\n}\nresource "vbrprov_data" "a" {\n lifecycle {\n'
                " prevent_destroy = var.x\n}\n}\n")
    world.plan()
    assert [d.summary for d in world.diags] == ["Invalid prevent_destroy"]


def test_each_is_no_value_of_its_own(world: World) -> None:
    world.write('resource "vbrprov_data" "a" {\n for_each = toset(["x"])\n input = each\n}\n')
    world.plan()
    assert [d.summary for d in world.diags] == ["Invalid reference"]


def test_resources_may_be_named_with_their_kind(world: World) -> None:
    world.write('resource "vbrprov_data" "a" {\n input = 1\n}\n'
                'output "x" {\n value = resource.vbrprov_data.a.input\n}\n'
                'output "y" {\n value = [for resource in [{ id = 2 }] : resource.id]\n}\n')
    plan = world.plan()
    assert not world.diags, world.messages()
    assert [(o.name, o.after) for o in plan.outputs] == [("x", 1), ("y", (2,))]
