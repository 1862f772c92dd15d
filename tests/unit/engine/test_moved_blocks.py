"""``moved`` blocks: addresses change, objects do not."""

from __future__ import annotations

import pytest
from engine_blocks import CHILD, D, block, call, ids, moved, summaries
from engine_world import World

from vbrprov.config import Module
from vbrprov.plan.model import Options
from vbrprov.plan.moves import move_state
from vbrprov.secrets import Redactor, SecretBook
from vbrprov.state.model import Instance, StateData
from vbrprov.views.human.plan import PlanView
from vbrprov.views.human.text import Style
from vbrprov.views.json.plan import plan_json
from vbrprov.workflow.prepare import prepare

#: The root module before and after, and what goes where.
MOVES = {
    "rename": (block("a"), block("b") + moved(f"{D}.a", f"{D}.b"), {f"{D}.a": f"{D}.b"}),
    "whole resource": (
        block("a", "count = 2"), block("b", "count = 2") + moved(f"{D}.a", f"{D}.b"),
        {f"{D}.a[0]": f"{D}.b[0]", f"{D}.a[1]": f"{D}.b[1]"}),
    "single to a key": (
        block("a"), block("a", 'for_each = toset(["k"])') + moved(f"{D}.a", f'{D}.a["k"]'),
        {f"{D}.a": f'{D}.a["k"]'}),
    "numbers to keys": (
        block("a", "count = 2"),
        block("a", 'for_each = toset(["x", "y"])') + moved(f"{D}.a[0]", f'{D}.a["x"]')
        + moved(f"{D}.a[1]", f'{D}.a["y"]'),
        {f"{D}.a[0]": f'{D}.a["x"]', f"{D}.a[1]": f'{D}.a["y"]'}),
    "into a module": (
        block("x"), call("m") + moved(f"{D}.x", f"module.m.{D}.x"),
        {f"{D}.x": f"module.m.{D}.x"}),
    "out of a module": (
        call("m", "count = 2"), block("x", "count = 2") + moved(f"module.m[0].{D}.x", f"{D}.x[0]")
        + moved(f"module.m[1].{D}.x", f"{D}.x[1]"),
        {f"module.m[0].{D}.x": f"{D}.x[0]", f"module.m[1].{D}.x": f"{D}.x[1]"}),
    "rename a module": (
        call("m", "count = 2"), call("n", "count = 2") + moved("module.m", "module.n"),
        {f"module.m[0].{D}.x": f"module.n[0].{D}.x", f"module.m[1].{D}.x": f"module.n[1].{D}.x"}),
    "module to a module instance": (
        call("m"), call("m", "count = 1") + moved("module.m", "module.m[0]"),
        {f"module.m.{D}.x": f"module.m[0].{D}.x"}),
    "chain": (
        block("a"), block("c") + moved(f"{D}.b", f"{D}.c") + moved(f"{D}.a", f"{D}.b"),
        {f"{D}.a": f"{D}.c"}),
    "implied by count": (block("a"), block("a", "count = 2"), {f"{D}.a": f"{D}.a[0]"}),
    "no count any more": (block("a", "count = 1"), block("a"), {f"{D}.a[0]": f"{D}.a"}),
    "said otherwise than implied": (
        block("a"), block("a", "count = 2") + moved(f"{D}.a", f"{D}.a[1]"),
        {f"{D}.a": f"{D}.a[1]"}),
    "alias of a type": (
        block("a", kind="terraform_data"), block("a") + moved("terraform_data.a", f"{D}.a"),
        {"terraform_data.a": f"{D}.a"}),
    "address that begins with resource": (
        block("a"), block("b") + moved(f"resource.{D}.a", f"resource.{D}.b"),
        {f"{D}.a": f"{D}.b"}),
    "the same twice": (
        block("a"), block("b") + moved(f"{D}.a", f"{D}.b") * 2, {f"{D}.a": f"{D}.b"}),
}


@pytest.mark.parametrize("name", MOVES)
def test_objects_keep_their_ids(world: World, name: str) -> None:
    before, after, wanted = MOVES[name]
    world.write(CHILD, "child/main.vbr.hcl")
    world.write(before)
    world.apply()
    old = ids(world)
    world.write(after)
    plan = world.plan()
    assert not world.diags, world.messages()
    assert {c.previous: c.address for c in plan.changes if c.previous} == wanted
    assert not [c for c in plan.changes if c.previous and c.is_change]
    assert plan.has_changes
    world.apply()
    new = ids(world)
    assert {to: old[former] for former, to in wanted.items()}.items() <= new.items()
    assert not world.plan().has_changes


def test_a_module_moves_with_what_it_says_has_moved_inside(world: World) -> None:
    world.write(CHILD, "child/main.vbr.hcl")
    world.write(call("m"))
    world.apply()
    [old] = ids(world).values()
    world.write(call("n", "count = 1") + moved("module.m", "module.n[0]"))
    world.write(block("y") + moved(f"{D}.x", f"{D}.y"), "child/main.vbr.hcl")
    world.apply()
    assert not world.diags, world.messages()
    assert ids(world) == {f"module.n[0].{D}.y": old}


def test_keys_of_a_module_change_and_its_resources_are_renamed(world: World) -> None:
    world.write(CHILD, "child/main.vbr.hcl")
    world.write(call("m"))
    world.apply()
    [old] = ids(world).values()
    world.write(call("m", "count = 1") + moved("module.m", "module.m[0]"))
    world.write(block("y") + moved(f"{D}.x", f"{D}.y"), "child/main.vbr.hcl")
    world.apply()
    assert not world.diags, world.messages()
    assert ids(world) == {f"module.m[0].{D}.y": old}


def test_modules_below_go_along(world: World) -> None:
    world.write(CHILD, "child/deep/main.vbr.hcl")
    world.write('module "k" {\n  source = "./deep"\n}\n', "child/main.vbr.hcl")
    world.write(call("m"))
    world.apply()
    world.write(call("n") + moved("module.m", "module.n"))
    world.apply()
    assert list(ids(world)) == [f"module.n.module.k.{D}.x"]


def test_change_and_replacement_of_what_moves(world: World) -> None:
    world.write(block("a", "input = 1") + block("r", "triggers_replace = 1"))
    world.apply()
    world.write(block("b", "input = 2") + moved(f"{D}.a", f"{D}.b")
                + block("s", "triggers_replace = 2") + moved(f"{D}.r", f"{D}.s"))
    plan = world.plan()
    assert world.actions(plan) == {f"{D}.b": "update", f"{D}.s": "replace"}
    assert {c.address: c.previous for c in plan.changes} == {f"{D}.b": f"{D}.a", f"{D}.s": f"{D}.r"}
    applied = world.apply().applied
    assert applied is not None
    assert (applied.added, applied.changed, applied.destroyed) == (1, 1, 1)
    assert sorted(ids(world)) == [f"{D}.b", f"{D}.s"]


def test_destination_without_a_block_is_destroyed(world: World) -> None:
    world.write(block("a"))
    world.apply()
    world.write(moved(f"{D}.a", f"{D}.b"))
    [change] = world.plan().changes
    assert (change.address, str(change.action), str(change.reason)) == (
        f"{D}.b", "delete", "delete_because_no_move_target")


def test_what_depends_on_a_moved_object_is_destroyed_before_it(world: World) -> None:
    world.write(block("a") + block("user", f"input = {D}.a.id"))
    world.apply()
    world.write(block("b", "triggers_replace = 1") + moved(f"{D}.a", f"{D}.b"))
    world.apply()
    destroyed = [a for event, a, action in world.events
                 if event == "apply_complete" and action == "delete"]
    assert destroyed == [f"{D}.user", f"{D}.b"]


def test_destroying_everything_under_the_new_address(world: World) -> None:
    world.write(block("a"))
    world.apply()
    world.write(block("b") + moved(f"{D}.a", f"{D}.b"))
    plan = world.plan(Options(destroy=True))
    assert world.actions(plan) == {f"{D}.b": "delete"}
    assert [c.previous for c in plan.changes] == [""]
    world.apply(Options(destroy=True))
    assert not ids(world)


def test_protection_goes_along(world: World) -> None:
    world.write(block("a", "lifecycle {\n  prevent_destroy = true\n}"))
    world.apply()
    world.write(moved(f"{D}.a", f"{D}.b"))
    world.plan()
    assert summaries(world) == ["Instance cannot be destroyed"]
    world.write(block("b") + moved(f"{D}.a", f"{D}.b"))
    world.apply()
    assert not world.state().instances[(f"{D}.b", "")].prevent_destroy


def test_a_plan_of_moves_writes_nothing(world: World) -> None:
    world.write(block("a"))
    world.apply()
    files = {p.name: p.read_bytes() for p in world.path.iterdir() if p.suffix != ".hcl"}
    world.write(block("b") + moved(f"{D}.a", f"{D}.b"))
    assert world.plan().has_changes
    assert {p.name: p.read_bytes() for p in world.path.iterdir() if p.suffix != ".hcl"} == files


def test_statements_about_nothing_change_nothing(world: World) -> None:
    world.write(block("a"))
    world.apply()
    world.write(block("a") + moved(f"{D}.q", f"{D}.r") + moved("module.q", "module.r"))
    assert not world.plan().has_changes
    assert not world.diags


def test_objects_that_were_set_aside_go_along(world: World) -> None:
    world.write(block("b") + moved(f"{D}.a", f"{D}.b"))
    prepared = prepare(world.request(), world.diags, Redactor())
    assert prepared is not None
    state = StateData("lineage", 3)
    for deposed in ("", "0123abcd"):
        found = Instance(f"{D}.a", "provider.vbrprov", deposed=deposed)
        state.instances[found.key] = found
    found = Instance(f"{D}.c", "provider.vbrprov", dependencies=[f"{D}.a", f"{D}.z"])
    state.instances[found.key] = found
    moves = move_state(prepared.root, state)
    assert list(moves.state.instances) == [
        (f"{D}.b", ""), (f"{D}.b", "0123abcd"), (f"{D}.c", "")]
    assert [(m.former, m.instance.deposed) for m in moves.moves] == [
        (f"{D}.a", ""), (f"{D}.a", "0123abcd")]
    assert [i.dependencies for i in moves.rewritten] == [[f"{D}.b", f"{D}.z"]]
    assert (moves.state.lineage, moves.state.serial) == ("lineage", 3)
    assert list(state.instances) == [(f"{D}.a", ""), (f"{D}.a", "0123abcd"), (f"{D}.c", "")]


def test_recording_what_is_there_moves_and_nothing_else(world: World) -> None:
    world.write(block("a") + block("x"))
    world.apply()
    old = world.attribute(f"{D}.a", "id")
    world.write(block("b", "input = 1") + moved(f"{D}.a", f"{D}.b")
                + f"removed {{\n  from = {D}.x\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
                + block("i") + f'import {{\n  to = {D}.i\n  id = "u"\n}}\n')
    only = Options(refresh_only=True)
    plan = world.plan(only)
    assert not world.diags, world.messages()
    assert plan.has_changes
    assert not plan.imports
    registry = world.environment().registry
    rendered = plan_json(plan, Module((), "."), world.state(), registry)
    assert [(c["address"], c["previous_address"]) for c in rendered["resource_drift"]] == [
        (f"{D}.b", f"{D}.a")]
    text = PlanView(Style(False), SecretBook()).render(plan)
    assert f"# {D}.a has moved to {D}.b" in text
    assert "This is a refresh-only plan" in text
    world.apply(only)
    assert sorted(ids(world)) == [f"{D}.b", f"{D}.x"]
    assert ids(world)[f"{D}.b"] == old
    assert not world.plan(only).has_changes
