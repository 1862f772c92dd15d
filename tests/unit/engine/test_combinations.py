"""Moves, imports, replacements and the rest at the same time: nothing is lost, nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub import Hub, HubWorld

from vbrprov.cli.runtime import Runtime
from vbrprov.diag import Diagnostics
from vbrprov.plan.model import Options, Plan
from vbrprov.secrets import Redactor
from vbrprov.workflow.apply import apply
from vbrprov.workflow.importing import import_object
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.planning import start
from vbrprov.workflow.prepare import prepare


@pytest.fixture
def world(tmp_path: Path) -> HubWorld:
    """An empty folder, and an empty hub."""
    return HubWorld(tmp_path)


def _import(to: str, id_: str) -> str:
    return f'import {{\n  to = hub_item.{to}\n  id = "{id_}"\n}}\n'


def _item(block: str, name: str) -> str:
    return f'resource "hub_item" "{block}" {{\n  name = "{name}"\n}}\n'


def test_the_import_command_gives_no_second_address_either(
        world: HubWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write(_item("a", "n") + _item("b", "n"))
    Hub.items["n"] = ""
    said = []
    for address in ("hub_item.a", "hub_item.b"):
        runtime = Runtime(no_color=True)
        monkeypatch.setattr(runtime, "environment", lambda **_: world.environment())
        started = start(world.request(), runtime)
        assert started is not None
        import_object(address, "n", world.request(), started, runtime)
        said.append([d.summary for d in runtime.diags])
    assert said == [[], ["Resource already managed by vbrprov"]]
    assert [a for a, _ in world.state().instances] == ["hub_item.a"]


COUNTED = """
    variable "v" {
      default = "1"
    }
    resource "vbrprov_data" "later" {
      input = var.v
    }
    resource "hub_item" "x" {
      count = 3
      name  = "${count.index}-${var.v}"
      lifecycle {
        precondition {
          condition     = vbrprov_data.later.output != "2" || count.index != 1
          error_message = "Not this one."
        }
      }
    }
"""


def test_one_of_several_that_cannot_be_replaced_takes_no_other_along(world: HubWorld) -> None:
    world.write(COUNTED)
    world.apply()
    outcome = world.apply(v="2")
    assert [d.detail for d in world.diags] == ["Not this one."]
    assert sorted(Hub.items) == ["0-2", "1-1", "2-2"]
    assert outcome.applied is not None
    assert (outcome.applied.added, outcome.applied.destroyed) == (2, 2)
    assert (outcome.applied.failed, outcome.applied.skipped) == (1, 1)
    assert len(world.state().instances) == 4


def test_one_of_several_that_cannot_be_destroyed_takes_no_other_along(world: HubWorld) -> None:
    world.write(COUNTED)
    world.apply()
    Hub.fail.add("delete 2-1")
    world.apply(v="3")
    assert sorted(Hub.items) == ["0-3", "1-3", "2-1"]
    Hub.fail.clear()
    assert world.actions(world.plan(v="3")) == {"hub_item.x[2]": "replace"}


@pytest.mark.parametrize(("before", "after", "owner"), [
    ("", _item("a", "n") + _item("b", "n") + _import("a", "n") + _import("b", "n"), "hub_item.a"),
    (_item("a", "n"), _item("a", "n") + _item("b", "n") + _import("b", "n"), "hub_item.a"),
    (_item("a", "n"), _item("b", "n") + _import("b", "n"), "hub_item.a"),
    (_item("a", "n"), _item("b", "n") + _item("c", "n") + _import("c", "n")
     + "moved {\n  from = hub_item.a\n  to   = hub_item.b\n}\n", "hub_item.b"),
])
def test_no_object_gets_a_second_address(world: HubWorld, before: str, after: str,
                                         owner: str) -> None:
    world.write(before)
    world.apply()
    Hub.items.setdefault("n", "")
    world.write(after)
    world.apply()
    assert [d.summary for d in world.diags] == ["Resource already managed by vbrprov"]
    assert f"is managed as {owner} already" in world.messages()[0]
    assert "n" in Hub.items
    assert "delete n" not in Hub.calls


def test_what_is_let_go_can_be_imported_elsewhere_after_that(world: HubWorld) -> None:
    world.write(_item("a", "n"))
    world.apply()
    gone = "removed {\n  from = hub_item.a\n  lifecycle {\n    destroy = false\n  }\n}\n"
    world.write(_item("b", "n") + _import("b", "n") + gone)
    # The letting go may fail or be interrupted: then there would be two addresses.
    world.apply()
    assert [d.summary for d in world.diags if d.is_error] == ["Resource already managed by vbrprov"]
    world.write('provider "hub" {\n}\n' + gone)
    world.apply()
    world.write(_item("b", "n") + _import("b", "n") + gone)
    world.apply()
    assert not world.diags, world.messages()
    assert "delete n" not in Hub.calls
    assert [a for a, _ in world.state().instances] == ["hub_item.b"]


CHAIN = """
    variable "v" {
      default = "1"
    }
    resource "vbrprov_data" "later" {
      input = var.v
    }
    resource "hub_item" "first" {
      name = "first-fixed"
      note = var.v
    }
    resource "hub_item" "base" {
      name = "base-${var.v}"
      note = hub_item.first.note
      %s
    }
    resource "hub_item" "user" {
      %s
      name = "user-${hub_item.base.name}"
      %s
    }
"""
REFUSES = """lifecycle {
        precondition {
          condition     = vbrprov_data.later.output != "2"
          error_message = "Not this one."
        }
      }"""


@pytest.mark.parametrize(("text", "fails", "said"), [
    # What it depends on is refused, or what that depends on fails.
    (CHAIN % (REFUSES, "", ""), "", "Not this one."),
    (CHAIN % ("", "", ""), "update first-fixed", "update first-fixed"),
    # How many there are cannot be told while what it depends on is replaced.
    (CHAIN % ("", "count = length(hub_item.base.name) > 0 ? 1 : 0", REFUSES), "", "Not this one."),
    (CHAIN % ("", 'for_each = hub_item.base.name == "" ? {} : { k = 1 }', REFUSES), "",
     "Not this one."),
])
def test_nothing_of_a_chain_goes_that_cannot_come_back(world: HubWorld, text: str, fails: str,
                                                       said: str) -> None:
    world.write(text)
    world.apply()
    Hub.fail.update({fails} - {""})
    Hub.calls.clear()
    world.apply(v="2")
    assert [d.detail for d in world.diags] == [said]
    assert not [call for call in Hub.calls if call.startswith("delete")]
    assert set(Hub.items) == {"first-fixed", "base-1", "user-base-1"}
    Hub.fail.clear()
    world.write(text.replace('!= "2"', '!= "never"'))
    world.apply(v="2")
    assert not world.diags, world.messages()
    assert set(Hub.items) == {"first-fixed", "base-2", "user-base-2"}
    assert not world.plan(v="2").has_changes


def test_an_instance_that_is_not_wanted_when_applying_stays(world: HubWorld) -> None:
    world.write("""
        variable "v" {
          default = "1"
        }
        resource "hub_item" "x" {
          count = tonumber(file("count.txt"))
          name  = "x-${count.index}-${var.v}"
        }
    """)
    (world.path / "count.txt").write_text("2", encoding="utf-8")
    world.apply()
    diags = world.diags = Diagnostics()
    request = world.request(v="2")
    prepared = prepare(request, diags, Redactor())
    assert prepared is not None

    def meanwhile(plan: Plan) -> bool:
        (world.path / "count.txt").write_text("1", encoding="utf-8")
        return True

    apply(request, prepared, world.backend(), world.environment(), diags, meanwhile)
    assert [d.summary for d in diags] == ["Planned and final instances differ"]
    assert set(Hub.items) == {"x-0-2", "x-1-1"}


@pytest.mark.parametrize("options", [Options(), Options(refresh_only=True), Options(destroy=True)])
def test_an_interrupted_plan_reads_no_further_and_says_nothing_else(
        world: HubWorld, options: Options) -> None:
    world.write('resource "hub_item" "x" {\n  count = 50\n  name = "x-${count.index}"\n'
                "  lifecycle {\n    prevent_destroy = true\n  }\n}\n")
    world.apply()
    Hub.items.clear()
    Hub.calls.clear()
    world.write('provider "hub" {\n}\n')
    world.diags = Diagnostics()
    request = world.request(options)
    prepared = prepare(request, world.diags, Redactor())
    assert prepared is not None
    environment = world.environment()
    environment.parallelism = 1

    def event(name: str, **data: object) -> None:
        world.events.append((name, "", ""))
        if len(world.events) == 3:
            environment.stop.set()

    world.events = []
    environment.event = event
    plan = make_plan(prepared, world.state(), options, environment, world.diags).plan
    assert [d.summary for d in world.diags] == ["Interrupted"]
    assert plan.errored
    assert len(world.events) <= 4


def test_what_was_set_aside_goes_before_it_is_made_again(world: HubWorld) -> None:
    world.write("""
        variable "v" {
          default = "1"
        }
        resource "hub_item" "x" {
          name = "x-${var.v}"
          lifecycle {
            create_before_destroy = true
          }
        }
        resource "hub_item" "user" {
          name = "user"
          note = hub_item.x.name
        }
    """)
    world.apply()
    Hub.fail.add("delete x-1")
    world.apply(v="2")
    assert sorted(Hub.items) == ["user", "x-1", "x-2"]
    # Back again: what would be made is there, and about to be destroyed.
    world.apply()
    assert sorted(Hub.items) == ["user", "x-1"]
    assert [d.detail for d in world.diags] == ["delete x-1"]
    Hub.fail.clear()
    world.apply()
    assert not world.diags, world.messages()
    assert Hub.items == {"user": "x-1", "x-1": ""}
    assert len(world.state().instances) == 2
    assert not world.plan().has_changes
