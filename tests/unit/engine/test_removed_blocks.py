"""``removed`` blocks: objects are forgotten or destroyed."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.plan.model import Options

X = 'resource "vbrprov_data" "x" {\n}\n'
CALL = 'module "m" {\n  source = "./child"\n  count  = 2\n}\n'
D = "vbrprov_data"


def removed(former: str, destroy: str = "false") -> str:
    return f"removed {{\n  from = {former}\n  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n"


def summaries(world: World) -> list[str]:
    return [d.summary for d in world.diags]


#: Root and child before, root and child after, addresses that are forgotten.
FORGET = [
    (X, X, removed(f"{D}.x"), X, [f"{D}.x"]),
    ('resource "vbrprov_data" "x" {\n  count = 2\n}\n', X, removed(f"{D}.x"), X,
     [f"{D}.x[0]", f"{D}.x[1]"]),
    (CALL, X, removed("module.m"), X, [f"module.m[0].{D}.x", f"module.m[1].{D}.x"]),
    (CALL, X, removed(f"module.m.{D}.x"), X, [f"module.m[0].{D}.x", f"module.m[1].{D}.x"]),
    (CALL, X, CALL, removed(f"{D}.x"), [f"module.m[0].{D}.x", f"module.m[1].{D}.x"]),
    (CALL, X, removed("module.m") + removed(f"module.m.{D}.x", "true"), X,
     [f"module.m[0].{D}.x", f"module.m[1].{D}.x"]),
    (X, X, removed(f"{D}.x") + removed(f"{D}.x", "true"), X, [f"{D}.x"]),
    # The parent's word counts.
    (CALL, X, CALL + removed(f"module.m.{D}.x"), removed(f"{D}.x", "true"),
     [f"module.m[0].{D}.x", f"module.m[1].{D}.x"]),
    (X, X, removed(f"{D}.y") + f"moved {{\n  from = {D}.x\n  to = {D}.y\n}}\n", X, [f"{D}.y"]),
]


@pytest.mark.parametrize(("before", "child", "after", "child_after", "gone"), FORGET)
def test_objects_are_forgotten(world: World, before: str, child: str, after: str,
                               child_after: str, gone: list[str]) -> None:
    world.write(before)
    world.write(child, "child/main.vbr.hcl")
    world.apply()
    world.write(after)
    world.write(child_after, "child/main.vbr.hcl")
    plan = world.plan()
    assert world.actions(plan) == dict.fromkeys(gone, "forget")
    assert plan.counts() == (0, 0, 0)
    assert summaries(world) == ["Some objects will no longer be managed by vbrprov"]
    assert all(f"\n  - {address}" in world.messages()[0] for address in gone)
    world.apply()
    assert not world.state().instances
    assert not [e for e in world.events if e[0] == "apply_start"]
    assert not world.plan().has_changes


@pytest.mark.parametrize("block", [
    f"removed {{\n  from = {D}.x\n}}\n", removed(f"{D}.x", "true"), removed("module.other"),
    removed(f"{D}.other"), removed(f"module.m.{D}.x")])
def test_objects_are_destroyed(world: World, block: str) -> None:
    world.write(X)
    world.apply()
    world.write(block)
    assert world.actions(world.plan()) == {f"{D}.x": "delete"}


def test_destroying_everything_forgets_nothing(world: World) -> None:
    world.write(X)
    world.apply()
    world.write(removed(f"{D}.x"))
    assert world.actions(world.plan(Options(destroy=True))) == {f"{D}.x": "delete"}


def test_a_part_without_it_leaves_it_alone(world: World) -> None:
    world.write(X + 'resource "vbrprov_data" "y" {\n}\n')
    world.apply()
    world.write('resource "vbrprov_data" "y" {\n}\n' + removed(f"{D}.x"))
    assert not world.plan(Options(targets=(f"{D}.y",))).has_changes


def test_protection_forbids_to_destroy_and_not_to_forget(world: World) -> None:
    world.write('resource "vbrprov_data" "x" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}')
    world.apply()
    world.write(removed(f"{D}.x", "true"))
    world.plan()
    assert summaries(world) == ["Instance cannot be destroyed"]
    world.write(removed(f"{D}.x"))
    assert world.actions(world.plan()) == {f"{D}.x": "forget"}


@pytest.mark.parametrize(("text", "summary"), [
    (X + removed(f"{D}.x"), "Removed resource still exists"),
    (CALL + removed(f"module.m.{D}.x"), "Removed resource still exists"),
    (CALL + removed("module.m"), "Removed module still exists"),
    (removed(f"{D}.x[0]"), "Resource instance keys not allowed"),
    (removed('module.m["k"]'), "Module instance keys not allowed"),
    (removed(f"module.m[0].{D}.x"), "Module instance keys not allowed"),
    (removed("data.aws_region.x"), "Data source address not allowed"),
    (removed("foo"), "Invalid address"),
    (removed("var.x"), "Invalid address"),
    (removed(f"{D}.x", "var.y"), "Unsuitable value type"),
    ("removed {\n}\n", "Missing required argument"),
    (f"removed {{\n  from = {D}.x\n  destroy = false\n}}\n", "Unsupported argument"),
])
def test_blocks_that_cannot_be(world: World, text: str, summary: str) -> None:
    world.write(X, "child/main.vbr.hcl")
    world.write(text)
    world.plan()
    assert summaries(world) == [summary]
