"""Moves, imports, replacements and the rest at the same time: nothing is lost, nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub import Hub, HubWorld

from vbrprov.plan.model import Options


@pytest.fixture
def world(tmp_path: Path) -> HubWorld:
    """An empty folder, and an empty hub."""
    return HubWorld(tmp_path)


def _import(to: str, id_: str) -> str:
    return f'import {{\n  to = hub_item.{to}\n  id = "{id_}"\n}}\n'


def _item(block: str, name: str) -> str:
    return f'resource "hub_item" "{block}" {{\n  name = "{name}"\n}}\n'


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


def test_what_is_let_go_can_be_imported_elsewhere(world: HubWorld) -> None:
    world.write(_item("a", "n"))
    world.apply()
    gone = "removed {\n  from = hub_item.a\n  lifecycle {\n    destroy = false\n  }\n}\n"
    world.write(_item("b", "n") + _item("c", "c") + _import("b", "n") + gone)
    world.plan(Options(targets=("hub_item.b",)))
    assert [d.summary for d in world.diags if d.is_error] == ["Resource already managed by vbrprov"]
    world.apply()
    assert not world.diags.has_errors, world.messages()
    assert "delete n" not in Hub.calls
    assert sorted(a for a, _ in world.state().instances) == ["hub_item.b", "hub_item.c"]
