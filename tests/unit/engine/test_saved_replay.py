"""Saved plans whose surroundings change before they are carried out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub import Hub, HubWorld

from vbrprov.cli.runtime import Runtime
from vbrprov.plan.environment import Environment
from vbrprov.workflow.apply import Outcome
from vbrprov.workflow.planning import plan_command
from vbrprov.workflow.saved import apply_saved, load_plan, save_plan


@pytest.fixture
def world(tmp_path: Path) -> HubWorld:
    """An empty folder, and an empty hub."""
    return HubWorld(tmp_path)


class Surroundings(Runtime):
    """A command whose engine knows the provider ``hub``."""

    def __init__(self, world: HubWorld) -> None:
        super().__init__(no_color=True)
        self.world = world

    def environment(self, *, sandbox: object = None, parallelism: int = 10,
                    progress: bool = False, untrusted: bool = False) -> Environment:
        return self.world.environment()


def save(world: HubWorld) -> None:
    runtime = Surroundings(world)
    found = plan_command(world.request(), runtime)
    assert found is not None, list(runtime.diags)
    assert not runtime.diags.has_errors, list(runtime.diags)
    save_plan(world.path / "x.plan", found.planned, world.request(), found.started.environment, "")


def carry_out(world: HubWorld) -> tuple[Outcome, list[str]]:
    runtime = Surroundings(world)
    outcome = apply_saved(str(world.path / "x.plan"), world.request(), runtime, lambda plan: True)
    return outcome, [d.summary for d in runtime.diags]


SECRET_FILE = """
    resource "hub_item" "x" {
      name = "x"
      note = sensitive(file("${path.module}/note.txt"))
    }
"""


@pytest.mark.parametrize("content", ["one", "two"])
def test_a_file_whose_content_is_secret(world: HubWorld, content: str) -> None:
    world.write(SECRET_FILE)
    (world.path / "note.txt").write_text("one", encoding="utf-8")
    save(world)
    assert load_plan(world.path / "x.plan").files_read.startswith("scrypt14$")
    (world.path / "note.txt").write_text(content, encoding="utf-8")
    _, said = carry_out(world)
    if content == "one":
        assert not said
        assert Hub.items == {"x": "one"}
    else:
        assert said == ["Saved plan is stale"]
        assert not Hub.items


def test_moves_imports_and_replacements_are_replayed(world: HubWorld) -> None:
    world.write('resource "hub_item" "a" {\n  name = "a"\n}\n'
                'resource "hub_item" "r" {\n  name = "r1"\n}\n')
    world.apply()
    Hub.items["i"] = "old"
    world.write("""
        resource "hub_item" "b" {
          name = "a"
        }
        resource "hub_item" "r" {
          name = "r2-${timestamp()}-${uuid()}"
        }
        resource "hub_item" "i" {
          name = "i"
        }
        moved {
          from = hub_item.a
          to   = hub_item.b
        }
        import {
          to = hub_item.i
          id = "i"
        }
    """)
    save(world)
    assert load_plan(world.path / "x.plan").files_read == ""
    world.write("")
    Hub.calls.clear()
    outcome, said = carry_out(world)
    assert not said
    assert sorted(call.partition("2")[0] for call in Hub.calls) == [
        "create r", "delete r1", "update i"]
    assert outcome.applied is not None
    assert outcome.applied.imported == 1
    assert {a for a, _ in world.state().instances} == {"hub_item.b", "hub_item.i", "hub_item.r"}
    assert carry_out(world)[1] == ["Saved plan is stale"]
