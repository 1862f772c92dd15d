"""``moved`` blocks that cannot be, and destinations that are taken."""

from __future__ import annotations

import pytest
from engine_blocks import CHILD, D, block, call, ids, moved, summaries
from engine_world import World

from vbrprov.plan.model import Options


@pytest.mark.parametrize(("before", "after", "line"), [
    (block("a") + block("b"), block("b") + moved(f"{D}.a", f"{D}.b"),
     f"{D}.a could not move to {D}.b"),
    (call("m") + call("n"), call("n") + moved("module.m", "module.n"),
     "module.m could not move to module.n"),
    (block("a", "count = 2") + block("b", "count = 1"),
     block("b", "count = 2") + moved(f"{D}.a", f"{D}.b"), f"{D}.a could not move to {D}.b"),
    (block("a", "count = 1") + block("b"), block("b") + moved(f"{D}.a[0]", f"{D}.b"),
     f"{D}.a[0] could not move to {D}.b"),
])
def test_destination_is_taken(world: World, before: str, after: str, line: str) -> None:
    world.write(CHILD, "child/main.vbr.hcl")
    world.write(before)
    world.apply()
    old = ids(world)
    world.write(after)
    plan = world.plan()
    assert summaries(world) == ["Unresolved resource instance address changes"]
    assert line in world.messages()[0]
    assert set(world.actions(plan).values()) >= {"delete"}
    assert not plan.moves
    world.apply()
    assert {k: v for k, v in ids(world).items() if k in old}.items() <= old.items()


ERRORS = {
    "Moved object still exists": [
        (block("a"), block("a") + block("b") + moved(f"{D}.a", f"{D}.b"),
         "that resource is still declared at"),
        (block("a", "count = 2"),
         block("a", "count = 2") + block("b") + moved(f"{D}.a[1]", f"{D}.b"),
         "that resource instance is still declared at"),
        (call("m"), call("m") + call("n") + moved("module.m", "module.n"),
         "that module call is still declared at"),
        (call("m", "count = 1"), call("m", "count = 1") + call("n")
         + moved("module.m[0]", "module.n"), "that module instance is still declared at"),
    ],
    "Ambiguous move statements": [
        (block("a"), block("b") + block("c") + moved(f"{D}.a", f"{D}.b")
         + moved(f"{D}.a", f"{D}.c"), "Each resource can move to only one destination resource."),
        (block("a"), block("c") + moved(f"{D}.a", f"{D}.c") + moved(f"{D}.b", f"{D}.c"),
         "Each resource can have moved from only one source resource."),
    ],
    "Redundant move statement": [
        (block("a"), block("c") + moved(f"{D}.a", f"{D}.a"), f"a move from {D}.a to the same"),
    ],
    "Cyclic dependency in move statements": [
        (block("a"), block("c") + moved(f"{D}.a", f"{D}.b") + moved(f"{D}.b", f"{D}.a"),
         f"{D}.a[*] → {D}.b[*]"),
    ],
    "Unsupported `moved` across resource types": [
        (block("a"), moved(f"{D}.a", "aws_iam_user.a"), f"The object at {D}.a"),
    ],
}


@pytest.mark.parametrize(("summary", "before", "after", "text"), [
    (summary, *case) for summary, cases in ERRORS.items() for case in cases])
def test_statements_that_cannot_be(world: World, summary: str, before: str, after: str,
                                   text: str) -> None:
    world.write(CHILD, "child/main.vbr.hcl")
    world.write(before)
    world.apply()
    old = ids(world)
    world.write(after)
    world.plan()
    assert summaries(world) == [summary]
    assert text in world.messages()[0]
    assert world.apply().refused
    assert ids(world) == old


@pytest.mark.parametrize(("text", "summary"), [
    (moved(f"{D}.a", "module.b"), 'Invalid "moved" addresses'),
    (moved(f"{D}.a", "foo"), "Invalid address"),
    (moved(f"{D}.a", "local.b"), "Invalid address"),
    (moved(f"{D}.a.b", f"{D}.c"), "Invalid address"),
    (moved(f"{D}[0].a", f"{D}.c"), "Invalid address"),
    (moved(f"{D}.a[count.index]", f"{D}.b"), "Invalid expression"),
    (moved('"x"', f"{D}.b"), "Invalid expression"),
    (f"moved {{\n  from = {D}.a\n}}\n", "Missing required argument"),
    ('moved "x" {\n}\n', "Extraneous label for moved"),
])
def test_addresses_that_are_none(world: World, text: str, summary: str) -> None:
    world.write(text)
    world.plan()
    assert summaries(world) == [summary]


def test_part_of_a_plan_must_have_both_ends(world: World) -> None:
    world.write(block("a") + block("z"))
    world.apply()
    world.write(block("b") + block("z") + moved(f"{D}.a", f"{D}.b"))
    for targets, missing in (((f"{D}.z",), ["a", "b"]), ((f"{D}.b",), ["a"]),
                             ((f"{D}.a",), ["b"])):
        world.plan(Options(targets=targets))
        assert summaries(world) == ["Moved resource instances excluded by targeting"]
        assert [n for n in "ab" if f'-target="{D}.{n}"' in world.messages()[0]] == missing
    world.plan(Options(excludes=(f"{D}.b",)))
    assert summaries(world) == ["Moved resource instances excluded by targeting"]
    plan = world.plan(Options(targets=(f"{D}.a", f"{D}.b")))
    assert summaries(world) == ["Resource targeting is in effect"]
    assert [m.former for m in plan.moves] == [f"{D}.a"]
    plan = world.plan(Options(excludes=(f"{D}.z",)))
    assert summaries(world) == ["Resource targeting is in effect"]
    assert plan.moves


def test_what_is_wrong_with_removals_is_said_beside_it(world: World) -> None:
    world.write(block("a") + moved(f"{D}.a", f"{D}.a") + f"removed {{\n  from = {D}.a\n}}\n")
    world.plan()
    assert summaries(world) == ["Removed resource still exists", "Redundant move statement"]
