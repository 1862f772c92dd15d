"""Objects that are never to be destroyed, whatever happens to their blocks."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hub import Hub, HubWorld

from vbrprov.plan.model import Options
from vbrprov.secrets import SecretBook
from vbrprov.views.human.plan import PlanView
from vbrprov.views.human.text import Style
from vbrprov.views.json.plan import actions


@pytest.fixture
def world(tmp_path: Path) -> HubWorld:
    """An empty folder, and an empty hub."""
    return HubWorld(tmp_path)


KEEPS = """
    variable "v" {
      default = "1"
    }
    resource "hub_item" "%s" {
      name = "x-${var.v}"
      lifecycle {
        destroy         = false
        prevent_destroy = true
      }
    }
"""


@pytest.mark.parametrize("moved", [False, True])
def test_what_is_never_destroyed_outlives_its_replacement(world: HubWorld, moved: bool) -> None:
    world.write(KEEPS % "a")
    world.apply()
    if moved:
        world.write(KEEPS % "b" + "moved {\n  from = hub_item.a\n  to   = hub_item.b\n}\n")
    plan = world.plan(v="2")
    assert plan.counts() == (1, 0, 0)
    (change,) = plan.changes
    assert actions(change) == ["create", "forget"]
    shown = PlanView(Style(colour=False), SecretBook()).render(plan)
    assert "the old object will not be destroyed, and no longer be managed" in shown
    Hub.fail.add("create x-2")
    world.apply(v="2")
    (found,) = world.state().instances.values()
    assert (found.deposed, world.attribute(found.address, "name")) == ("", "x-1")
    Hub.fail.clear()
    world.apply(v="2")
    assert [d.summary for d in world.diags] == ["Some objects will no longer be managed by vbrprov"]
    assert set(Hub.items) == {"x-1", "x-2"}
    assert len(world.state().instances) == 1
    assert not world.plan(v="2").has_changes


def test_what_a_killed_run_set_aside_is_not_destroyed_either(world: HubWorld) -> None:
    world.write(KEEPS % "a")
    world.apply()
    session = world.backend().session("test")
    with session as state:
        old = state.data.instances["hub_item.a", ""]
        state.swap(old.key, msgspec.structs.replace(old, deposed="0123abcd"))
        state.put(msgspec.structs.replace(old, attributes=msgspec.Raw(
            bytes(old.attributes).replace(b"x-1", b"x-2"))))
    Hub.items["x-2"] = ""
    world.apply(v="2")
    assert set(Hub.items) == {"x-1", "x-2"}
    assert list(world.state().instances) == [("hub_item.a", "")]


@pytest.mark.parametrize(("armed", "options"), [
    ("prevent_destroy = true", Options(destroy=True)),
    ("prevent_destroy = count.index != 7", Options(destroy=True)),
    ("prevent_destroy = true", Options()),
    ("prevent_destroy = vbrprov_data.later.output", Options()),
    ("destroy = false", Options(destroy=True)),
    ("destroy = false", Options()),
])
def test_protection_counts_before_it_was_applied(world: HubWorld, armed: str,
                                                 options: Options) -> None:
    text = ('resource "vbrprov_data" "later" {\n  input = true\n}\nresource "hub_item" "x" {\n'
            '  count = %d\n  name  = "x-${count.index}"\n  %s\n}\n')
    world.write(text % (2, ""))
    world.apply()
    world.write(text % (1, f"lifecycle {{\n    {armed}\n  }}"))
    world.apply(options)
    assert set(Hub.items) == {"x-0", "x-1"}
    found = {d.summary for d in world.diags}
    assert found == {"Instance cannot be destroyed" if "prevent" in armed else
                     "Some objects will no longer be managed by vbrprov"}
    # A block that protects nothing lets go.
    world.write(text % (1, ""))
    Hub.calls.clear()
    world.apply(options)
    assert not world.diags, world.messages()


def test_an_expression_about_a_key_protects_the_keys_there_are(world: HubWorld) -> None:
    text = ('resource "hub_item" "x" {\n  for_each = toset([%s])\n  name = each.key\n'
            '  lifecycle {\n    prevent_destroy = each.key == "a"\n  }\n}\n')
    world.write(text % '"a", "b"')
    world.apply()
    world.write(text % '"a"')
    world.apply()
    assert not world.diags, world.messages()
    assert set(Hub.items) == {"a"}
