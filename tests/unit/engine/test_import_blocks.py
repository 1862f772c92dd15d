"""``import`` blocks: objects that exist are taken under management."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.cli.runtime import Runtime
from vbrprov.diag import Diagnostics
from vbrprov.plan.model import Options
from vbrprov.secrets import Redactor
from vbrprov.workflow.importing import import_object
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.planning import start
from vbrprov.workflow.prepare import prepare

D = "vbrprov_data"


def block(name: str, inside: str = "") -> str:
    return f'resource "vbrprov_data" "{name}" {{\n{inside}\n}}\n'


def imported(to: str, import_id: str = '"an-id"', more: str = "") -> str:
    return f"import {{\n  to = {to}\n  id = {import_id}\n  {more}\n}}\n"


def summaries(world: World) -> list[str]:
    return [d.summary for d in world.diags]


@pytest.mark.parametrize(("inside", "action", "counts"), [
    ("", "no-op", (0, 0, 0)), ("input = 1", "update", (0, 1, 0)),
    ("triggers_replace = 1", "replace", (1, 0, 1))])
def test_import_and_what_is_to_change_in_one_apply(
        world: World, inside: str, action: str, counts: tuple[int, int, int]) -> None:
    world.write(block("a", inside) + imported(f"{D}.a"))
    plan = world.plan()
    [change] = plan.changes
    assert (change.importing, str(change.action), plan.counts()) == ("an-id", action, counts)
    assert plan.has_changes
    assert not world.state().instances
    applied = world.apply().applied
    assert applied is not None
    assert (applied.imported, applied.added, applied.changed, applied.destroyed) == (1, *counts)
    assert (world.attribute(f"{D}.a", "id") == "an-id") is (action != "replace")
    assert not world.plan().has_changes
    assert not world.plan().imports


def test_the_object_is_recorded_before_it_is_changed(
        world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from vbrprov.builtin.resources.data import Data

    seen: list[list[str]] = []

    def settle(self: Data, prior: object, planned: object) -> object:
        seen.append([address for address, _ in world.state().instances])
        raise RuntimeError("cut off")

    monkeypatch.setattr(Data, "settle", settle)
    world.write(block("a", "input = 1") + imported(f"{D}.a"))
    with pytest.raises(RuntimeError):
        world.apply()
    assert seen == [[f"{D}.a"]]
    assert world.attribute(f"{D}.a", "id") == "an-id"


def test_what_is_in_the_state_is_not_imported_again(world: World) -> None:
    world.write(block("a"))
    world.apply()
    old = world.attribute(f"{D}.a", "id")
    world.write(block("a") + imported(f"{D}.a"))
    assert not world.plan().has_changes
    world.write(block("b") + imported(f"{D}.b")
                + f"moved {{\n  from = {D}.a\n  to = {D}.b\n}}\n")
    world.apply()
    assert world.attribute(f"{D}.b", "id") == old


@pytest.mark.parametrize(("text", "wanted"), [
    (block("a", 'for_each = toset(["x", "y"])')
     + imported(f"{D}.a[each.key]", "each.value", 'for_each = { x = "1", y = "2" }'),
     {f'{D}.a["x"]': "1", f'{D}.a["y"]': "2"}),
    (block("a", "count = 2")
     + imported(f"{D}.a[each.value]", '"n${each.value}"', "for_each = { x = 0, y = 1 }"),
     {f"{D}.a[0]": "n0", f"{D}.a[1]": "n1"}),
    (block("a", 'for_each = toset(["x"])')
     + imported(f"{D}.a[each.key]", "each.key", 'for_each = toset(["x"])'), {f'{D}.a["x"]': "x"}),
    (block("a", "count = 1") + imported(f"{D}.a[0]"), {f"{D}.a[0]": "an-id"}),
    (block("a") + imported(f"{D}.a", "5"), {f"{D}.a": "5"}),
    (block("a") + 'locals {\n  n = "b"\n}\n' + imported(f"{D}.a", '"a-${local.n}"'),
     {f"{D}.a": "a-b"}),
    (block("a") + block("k", 'input = "known"') + imported(f"{D}.a", f"{D}.k.input"),
     {f"{D}.a": "known"}),
    ('module "m" {\n  source   = "./child"\n  for_each = toset(["k"])\n}\n'
     + imported(f"module.m[each.key].{D}.x", "each.value", 'for_each = { k = "deep" }'),
     {f'module.m["k"].{D}.x': "deep"}),
])
def test_addresses_and_ids(world: World, text: str, wanted: dict[str, str]) -> None:
    world.write(block("x"), "child/main.vbr.hcl")
    world.write(text)
    plan = world.plan()
    assert not world.diags, world.messages()
    assert {c.address: c.importing for c in plan.changes if c.importing} == wanted
    world.apply()
    assert {a: world.attribute(a, "id") for a in wanted} == wanted
    assert not world.plan().has_changes


def test_what_refers_to_it_knows_it_at_once(world: World) -> None:
    world.write(block("a") + imported(f"{D}.a") + block("b", f"input = {D}.a.id"))
    change = next(c for c in world.plan().changes if c.address == f"{D}.b")
    assert change.after is not None
    assert change.after["input"] == "an-id"


def test_an_object_does_not_depend_on_what_its_id_was_made_from(world: World) -> None:
    world.write(block("a") + block("k", 'input = "known"') + imported(f"{D}.a", f"{D}.k.input"))
    world.apply()
    assert world.state().instances[(f"{D}.a", "")].dependencies == []


def test_neither_a_destruction_nor_another_part_imports(world: World) -> None:
    world.write(block("a") + block("z") + imported(f"{D}.a"))
    assert not world.plan(Options(destroy=True)).has_changes
    assert not world.plan(Options(targets=(f"{D}.z",))).imports
    assert world.plan(Options(targets=(f"{D}.a",))).imports


@pytest.mark.parametrize(("text", "summary", "words"), [
    (imported(f"{D}.a"), "Configuration for import target does not exist",
     "-generate-config-out=generated.vbr.hcl"),
    (imported(f"module.q.{D}.a"), "Configuration for import target does not exist",
     "All target instances must have an associated configuration"),
    ('module "m" {\n  source = "./child"\n}\n' + imported(f"module.m.{D}.q"),
     "Configuration for import target does not exist", "Only resources within the root module"),
    (block("a", "count = 1") + imported(f"{D}.a[3]"),
     "Configuration for import target does not exist", f"{D}.a[3]"),
    (block("a", 'for_each = toset(["x"])')
     + imported(f"{D}.a[each.key]", "each.value", 'for_each = { x = "1", y = "2" }'),
     "Configuration for import target does not exist", f'{D}.a["y"]'),
    (block("a", "count = 1") + imported(f"{D}.a"), "Invalid import 'to' expression",
     "is using count"),
    (block("a", "for_each = {}") + imported(f"{D}.a"), "Invalid import 'to' expression",
     "is using for_each"),
    (block("a", "count = 1") + imported(f"{D}.a[true]"), "Invalid import 'to' expression",
     "must be a string or a whole number"),
    (block("a", 'for_each = toset(["x"])') + imported(f'{D}.a[sensitive("x")]'),
     "Invalid import 'to' expression", "derived from a sensitive"),
    (block("z") + block("a", "count = 1") + imported(f"{D}.a[{D}.z.id]"),
     "Invalid import 'to' expression", "cannot be determined until apply"),
    (block("a") + imported(f"{D}.a") + imported(f"{D}.a", '"b"'),
     f'Duplicate import configuration for "{D}.a"', "main.vbr.hcl:5,8"),
    (block("a") + imported(f"{D}.a", "each.value", 'for_each = { x = "1", y = "2" }'),
     f'Duplicate import configuration for "{D}.a"', "only one import block"),
    (imported(f"{D}.a") + imported(f"{D}.a"), f'Duplicate import configuration for "{D}.a"', ""),
    (block("a") + block("z") + imported(f"{D}.a", f"{D}.z.id"), "Invalid import id argument",
     "cannot be determined until apply"),
    (block("a") + imported(f"{D}.a", "null"), "Invalid import id argument", "cannot be null"),
    (block("a") + imported(f"{D}.a", '""'), "Invalid import id argument", "empty string"),
    (block("a") + imported(f"{D}.a", "[1]"), "Invalid import id argument", "string is required"),
    (block("a") + imported(f"{D}.a", 'sensitive("x")'), "Invalid import id argument",
     "cannot be sensitive"),
    (block("a") + imported(f"{D}.a", f"{D}.a.id"), "Invalid import id argument",
     "cannot reference the resource being imported"),
    (block("a") + imported(f"{D}.a", "each.key"), 'Reference to "each" in context without for_each',
     ""),
    (block("z") + block("a", 'for_each = toset(["x"])')
     + imported(f"{D}.a[each.key]", "each.value", f'for_each = {{ ({D}.z.id) = "i" }}'),
     "Invalid for_each argument", "cannot be determined until apply"),
    (block("a") + imported(f"{D}.a", more="provider = vbrprov"),
     "Invalid import provider argument", "will generate configuration"),
    (imported("data.aws_region.x"), "Invalid import address", "Only managed resources"),
    (imported("module.m"), "Invalid import address", "Only managed resources"),
    (imported("foo"), "Invalid address", "type and name"),
    (imported(f"{D}.z.id"), "Invalid address", "square brackets"),
    ("import {\n  to = vbrprov_data.a\n}\n", "Missing required argument", '"id"'),
    ('module "c" {\n  source = "./importing"\n}\n', "Invalid import configuration",
     'detected in "module.c"'),
])
def test_blocks_that_cannot_be(world: World, text: str, summary: str, words: str) -> None:
    world.write(block("x"), "child/main.vbr.hcl")
    world.write(block("x") + imported(f"{D}.x"), "importing/main.vbr.hcl")
    world.write(text)
    world.plan()
    assert summary in summaries(world)
    assert any(words in message for message in world.messages())
    assert world.apply().refused
    assert not world.state().instances


def test_a_circle_through_an_import_is_reported(world: World) -> None:
    world.write(block("a") + block("b", f"input = {D}.a.id") + imported(f"{D}.a", f"{D}.b.input"))
    world.plan()
    assert summaries(world) == ["Cycle"]


def test_the_state_that_a_plan_starts_from_has_what_is_imported(world: World) -> None:
    world.write(block("a") + block("b") + imported(f"{D}.b"))
    world.diags = Diagnostics()
    prepared = prepare(world.request(), world.diags, Redactor())
    assert prepared is not None
    planned = make_plan(prepared, world.state(), Options(), world.environment(), world.diags)
    assert list(planned.state.instances) == [(f"{D}.b", "")]


def test_the_import_command_passes_over_blocks(world: World) -> None:
    world.write(block("a") + imported(f"{D}.a"))
    runtime = Runtime(no_color=True)
    started = start(world.request(), runtime)
    assert started is not None
    assert import_object(f"{D}.a", "by-command", world.request(), started, runtime)
    assert world.attribute(f"{D}.a", "id") == "by-command"
