"""A provider that cannot plan says so at the place; it is no fault of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub import Hub, HubWorld

CONFIG = 'resource "hub_item" "x" {\n  name = "n"\n  note = "%s"\n}\n'


@pytest.fixture
def world(tmp_path: Path) -> HubWorld:
    """An empty folder, and an empty hub."""
    return HubWorld(tmp_path)


@pytest.mark.parametrize(("what", "detail", "hint"), [
    ("plan", "No answer.", "Try later."), ("handwork", "No script.", "")])
def test_what_a_provider_cannot_plan_is_told(
    what: str, detail: str, hint: str, world: HubWorld,
) -> None:
    world.write(CONFIG % "a")
    Hub.fail.add(what)
    for again in (False, True):
        if again:
            Hub.fail.clear()
            world.write(CONFIG % "b")
            world.apply()
            Hub.fail.add(what)
            world.write(CONFIG % "c")
        world.plan()
        [told] = world.diags
        assert (told.summary, told.detail, told.hint) == ("It fails", detail, hint)
        assert told.address == "hub_item.x"
        assert told.subject is not None
        assert told.subject.start.line == 3


def test_a_script_that_destroys_cannot_be_written(world: HubWorld) -> None:
    world.write(CONFIG % "a")
    world.apply()
    Hub.fail.add("handwork")
    world.write("")
    world.plan()
    assert [(d.summary, d.address) for d in world.diags] == [("It fails", "hub_item.x")]
