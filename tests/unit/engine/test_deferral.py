"""What is not known yet is left for the next plan, and nothing of it is touched."""

from __future__ import annotations

from typing import Any

import pytest
from engine_world import World

from vbrprov.plan.model import Options, Plan
from vbrprov.values import Unknown
from vbrprov.views.human.deferred import again, deferred
from vbrprov.views.human.text import Style
from vbrprov.views.json.plan import plan_json

Z = """
    variable "v" {
      default = "1"
    }
    resource "vbrprov_data" "z" {
      input            = tolist(["a", "b"])
      triggers_replace = var.v
    }
"""


def reasons(plan: Plan) -> dict[str, str]:
    """What is deferred and why, as people are told."""
    return {d.name: d.because for d in plan.deferred}


@pytest.mark.parametrize(("what", "argument"), [
    ("count", "count = length(vbrprov_data.z.output)"),
    ("for_each", "for_each = toset(vbrprov_data.z.output)"),
    ("for_each", 'for_each = toset(["k", vbrprov_data.z.id])'),
    ("enabled", "lifecycle {\n enabled = vbrprov_data.z.output[0] == \"a\"\n}"),
])
def test_a_block_waits_for_what_says_how_many_there_are(world: World, what: str,
                                                        argument: str) -> None:
    world.write(Z + f'resource "vbrprov_data" "x" {{\n  {argument}\n}}\n')
    plan = world.plan()
    assert not world.diags, world.messages()
    assert world.actions(plan) == {"vbrprov_data.z": "create"}
    assert reasons(plan) == {
        "vbrprov_data.x": f"its {what} depends on vbrprov_data.z, which this plan creates"}
    world.apply()
    assert list(world.state().instances) == [("vbrprov_data.z", "")]
    plan = world.plan()
    assert not plan.deferred
    assert len(world.actions(plan)) in (1, 2)
    world.apply()
    plan = world.plan()
    assert not plan.has_changes
    assert not plan.deferred


DOWNSTREAM = Z + """
    locals {
      ids = [for x in vbrprov_data.x : x.id]
    }
    resource "vbrprov_data" "x" {
      for_each = toset(vbrprov_data.z.output)
    }
    resource "vbrprov_data" "through_local" {
      input = local.ids
    }
    resource "vbrprov_data" "by_depends_on" {
      input      = "fixed"
      depends_on = [vbrprov_data.through_local]
    }
    resource "vbrprov_data" "in_module" {
      input = module.m.out
    }
    module "m" {
      source = "./m"
      value  = local.ids
    }
    resource "vbrprov_data" "free" {
    }
    output "waits" {
      value = "n = ${length(vbrprov_data.x)}"
    }
    output "free" {
      value = vbrprov_data.free.id
    }
"""
MODULE = """
    variable "value" {}
    resource "vbrprov_data" "uses" {
      input = var.value
    }
    resource "vbrprov_data" "free" {
    }
    output "out" {
      value = vbrprov_data.uses.output
    }
"""


def test_what_depends_on_it_waits_too_and_the_rest_does_not(world: World) -> None:
    world.write(DOWNSTREAM)
    world.write(MODULE, "m/main.vbr.hcl")
    plan = world.plan()
    assert not world.diags, world.messages()
    assert world.actions(plan) == {
        "vbrprov_data.z": "create", "vbrprov_data.free": "create",
        "module.m.vbrprov_data.free": "create"}
    assert reasons(plan) == {
        "vbrprov_data.x": "its for_each depends on vbrprov_data.z, which this plan creates",
        "vbrprov_data.through_local": "it depends on vbrprov_data.x, which is deferred",
        "vbrprov_data.by_depends_on":
            "it depends on vbrprov_data.through_local, which is deferred",
        "module.m.vbrprov_data.uses": "it depends on vbrprov_data.x, which is deferred",
        "vbrprov_data.in_module": "it depends on module.m.vbrprov_data.uses, which is deferred",
    }
    assert {o.name: str(o.action) for o in plan.outputs} == {"waits": "no-op", "free": "create"}
    outcome = world.apply()
    assert outcome.applied is not None
    assert (outcome.applied.added, outcome.applied.failed, outcome.applied.skipped) == (3, 0, 0)
    assert not world.diags, world.messages()
    assert set(world.state().outputs) == {"free"}
    world.apply()
    assert set(world.state().outputs) == {"free", "waits"}
    plan = world.plan()
    assert not plan.has_changes
    assert not plan.deferred


def test_what_is_recorded_of_a_deferred_block_stays(world: World) -> None:
    world.write(DOWNSTREAM)
    world.write(MODULE, "m/main.vbr.hcl")
    world.apply()
    world.apply()
    before = world.state()
    # z is replaced, so its output is not known; and nothing else may be lost over that.
    plan = world.plan(v="2")
    assert world.actions(plan) == {"vbrprov_data.z": "replace"}
    kept = {c.address for d in plan.deferred for c in d.kept}
    assert kept == {a for a, _ in before.instances} - {
        "vbrprov_data.z", "vbrprov_data.free", "module.m.vbrprov_data.free"}
    assert all(str(o.action) == "no-op" for o in plan.outputs)
    outcome = world.apply(v="2")
    assert outcome.applied is not None
    assert (outcome.applied.added, outcome.applied.destroyed) == (1, 1)
    after = world.state()
    assert after.instances.keys() == before.instances.keys()
    for key, instance in before.instances.items():
        if key[0] != "vbrprov_data.z":
            assert after.instances[key] == instance
    assert after.outputs == before.outputs
    plan = world.plan(v="2")
    assert not plan.has_changes
    assert not plan.deferred


def test_even_instances_that_no_key_can_have_any_more_stay(world: World) -> None:
    world.write(Z + 'resource "vbrprov_data" "x" {\n  for_each = toset(["a"])\n}\n')
    world.apply()
    world.write(Z + 'resource "vbrprov_data" "x" {\n  count = length(vbrprov_data.z.output)\n}\n')
    assert world.actions(world.plan(v="2")) == {"vbrprov_data.z": "replace"}
    plan = world.plan()
    assert world.actions(plan) == {
        'vbrprov_data.x["a"]': "delete", "vbrprov_data.x[0]": "create",
        "vbrprov_data.x[1]": "create"}


def test_nothing_is_destroyed_that_a_deferred_object_still_uses(world: World) -> None:
    world.write(Z + """
        resource "vbrprov_data" "base" {
        }
        resource "vbrprov_data" "old" {
          input = vbrprov_data.base.id
        }
        resource "vbrprov_data" "x" {
          for_each = toset(vbrprov_data.z.output)
          input    = vbrprov_data.old.id
        }
    """)
    world.apply()
    world.apply()
    world.write(Z + """
        resource "vbrprov_data" "x" {
          for_each = toset(vbrprov_data.z.output)
        }
    """)
    plan = world.plan(v="2")
    assert world.actions(plan) == {"vbrprov_data.z": "replace"}
    assert reasons(plan)["vbrprov_data.old"] == (
        'vbrprov_data.x["a"] and vbrprov_data.x["b"] still depend on it and are deferred')
    assert "vbrprov_data.base" in reasons(plan)
    world.apply(v="2")
    assert world.actions(world.plan(v="2")) == {
        "vbrprov_data.old": "delete", "vbrprov_data.base": "delete",
        'vbrprov_data.x["a"]': "update", 'vbrprov_data.x["b"]': "update"}


CALL = Z + """
    module "m" {
      source = "./m"
      count  = length(vbrprov_data.z.output)
      value  = count.index
    }
    resource "vbrprov_data" "after" {
      input = module.m[*].out
    }
"""


def test_a_module_call_waits_as_a_whole(world: World) -> None:
    world.write(CALL)
    world.write(MODULE + 'module "deep" {\n  source = "./deep"\n}\n', "m/main.vbr.hcl")
    world.write('resource "vbrprov_data" "d" {\n  count = 1\n}\n', "m/deep/main.vbr.hcl")
    plan = world.plan()
    assert not world.diags, world.messages()
    assert world.actions(plan) == {"vbrprov_data.z": "create"}
    assert reasons(plan) == {
        "module.m": "its count depends on vbrprov_data.z, which this plan creates",
        "vbrprov_data.after": "it depends on module.m, which is deferred"}
    assert sorted(d.change.address for d in plan.deferred) == [
        "module.m[*].module.deep.vbrprov_data.d[*]", "module.m[*].vbrprov_data.free",
        "module.m[*].vbrprov_data.uses", "vbrprov_data.after"]
    world.apply()
    assert len(world.actions(world.plan())) == 7
    world.apply()
    before = world.state().instances
    assert len(before) == 8
    assert world.actions(world.plan(v="2")) == {"vbrprov_data.z": "replace"}
    world.apply(v="2")
    assert world.state().instances.keys() == before.keys()
    assert not world.plan(v="2").has_changes


def test_only_the_instances_of_a_module_that_have_to_wait_do(world: World) -> None:
    world.write(Z + """
        module "m" {
          source   = "./m"
          for_each = { known = 2, waits = length(vbrprov_data.z.output) }
          n        = each.value
        }
    """)
    world.write("""
        variable "n" {}
        resource "vbrprov_data" "x" {
          count = var.n
        }
        resource "vbrprov_data" "y" {
          input = vbrprov_data.x[*].id
        }
    """, "m/main.vbr.hcl")
    plan = world.plan()
    assert not world.diags, world.messages()
    assert world.actions(plan) == {
        "vbrprov_data.z": "create", 'module.m["known"].vbrprov_data.x[0]': "create",
        'module.m["known"].vbrprov_data.x[1]': "create", 'module.m["known"].vbrprov_data.y':
        "create"}
    assert set(reasons(plan)) == {
        'module.m["waits"].vbrprov_data.x', 'module.m["waits"].vbrprov_data.y'}
    world.apply()
    assert len(world.actions(world.plan())) == 3


def test_a_dependency_round_about_through_the_parent_counts(world: World) -> None:
    """An instance of a module may depend on another instance of the same module."""
    world.write(Z + """
        module "m" {
          source   = "./m"
          for_each = { first = length(vbrprov_data.z.output), second = 0 }
          n        = each.value
          others   = local.ids
        }
        locals {
          ids = module.m["first"].ids
        }
    """)
    world.write("""
        variable "n" {}
        variable "others" {}
        resource "vbrprov_data" "x" {
          count = var.n
        }
        resource "vbrprov_data" "y" {
          input = var.others
        }
        output "ids" {
          value = vbrprov_data.x[*].id
        }
    """, "m/main.vbr.hcl")
    plan = world.plan()
    assert not world.diags, world.messages()
    assert world.actions(plan) == {"vbrprov_data.z": "create"}
    assert 'module.m["second"].vbrprov_data.y' in reasons(plan)


def test_destroying_needs_no_numbers(world: World) -> None:
    world.write(CALL)
    world.write(MODULE, "m/main.vbr.hcl")
    world.apply()
    world.apply()
    state = world.state().instances
    options = Options(destroy=True)
    plan = world.plan(options, v="2")
    assert set(world.actions(plan)) == {address for address, _ in state}
    assert not plan.deferred
    outcome = world.apply(options)
    assert outcome.applied is not None
    assert outcome.applied.destroyed == len(state)
    assert not world.state().instances
    world.write(Z + 'resource "vbrprov_data" "x" {\n  count = length(vbrprov_data.z.output)\n}\n')
    world.plan(options)
    assert not world.diags, world.messages()


def test_a_mistake_in_a_deferred_block_is_an_error(world: World) -> None:
    world.write(Z + """
        resource "vbrprov_data" "x" {
          for_each = toset(vbrprov_data.z.output)
          inputt   = each.key
        }
    """)
    world.plan()
    assert [d.summary for d in world.diags] == ["Unsupported argument"]


def test_what_needs_an_excluded_object_that_does_not_exist_waits(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "z" {
          count = 2
        }
        resource "vbrprov_data" "x" {
          count = length(vbrprov_data.z[0].id) > 3 ? 1 : 2
        }
        resource "vbrprov_data" "y" {
          input = vbrprov_data.z[*].id
        }
    """)
    options = Options(excludes=("vbrprov_data.z[0]",))
    plan = world.plan(options)
    assert world.actions(plan) == {"vbrprov_data.z[1]": "create"}
    assert reasons(plan) == {
        "vbrprov_data.x": "its count depends on vbrprov_data.z, which -target or -exclude leaves "
        "out", "vbrprov_data.y": "it depends on vbrprov_data.z[0], which -target or -exclude "
        "leaves out"}
    world.apply(options)
    world.apply()
    # Now that it exists, what depends on it can be planned.
    plan = world.plan(Options(excludes=("vbrprov_data.z[0]",), replace=("vbrprov_data.y",)))
    assert world.actions(plan) == {"vbrprov_data.x[0]": "create", "vbrprov_data.y": "replace"}
    assert not plan.deferred


def test_json_has_terraforms_shape(world: World) -> None:
    world.write(CALL + 'resource "vbrprov_data" "x" {\n'
                "  for_each = toset(vbrprov_data.z.output)\n  input = each.key\n}\n")
    world.write(MODULE, "m/main.vbr.hcl")
    plan = world.plan()
    from vbrprov.config import DiskFiles, load
    from vbrprov.syntax import parse_config

    root, _ = load(str(world.path), DiskFiles(), parse_config)
    shown: dict[str, Any] = plan_json(plan, root, world.state(), world.environment().registry)
    assert shown["complete"] is False
    assert shown["applyable"] is True
    found = {d["resource_change"]["address"]: d for d in shown["deferred_changes"]}
    assert {a: d["reason"] for a, d in found.items()} == {
        "module.m[*].vbrprov_data.free": "instance_count_unknown",
        "module.m[*].vbrprov_data.uses": "instance_count_unknown",
        "vbrprov_data.x[*]": "instance_count_unknown",
        "vbrprov_data.after": "deferred_prereq"}
    x = found["vbrprov_data.x[*]"]["resource_change"]
    assert x["index_unknown"] is True
    assert x["change"]["actions"] == ["create"]
    assert x["change"]["after_unknown"] == {"id": True, "output": True, "input": True}
    assert found["module.m[*].vbrprov_data.uses"]["resource_change"]["module_address"] == (
        "module.m[*]")
    addresses = {c["address"] for c in shown["resource_changes"]}
    assert addresses == {"vbrprov_data.z"}


def test_each_key_is_not_known_in_it(world: World) -> None:
    world.write(Z + 'resource "vbrprov_data" "x" {\n'
                "  for_each = toset(vbrprov_data.z.output)\n  input = each.key\n}\n")
    (deferred,) = world.plan().deferred
    assert deferred.change.after is not None
    assert isinstance(deferred.change.after["input"], Unknown)


@pytest.mark.parametrize("later", [
    "count = 0", "count = length(vbrprov_data.x)", "", "for_each = {}",
])
def test_what_is_recorded_of_a_block_without_instances_stays_too(world: World, later: str) -> None:
    text = Z + """
        resource "vbrprov_data" "x" {
          for_each = toset(vbrprov_data.z.output)
        }
        resource "vbrprov_data" "y" {
          %s
          input = { for k, x in vbrprov_data.x : k => x.id }
        }
    """
    world.write(text % "count = 1")
    world.apply()
    world.apply()
    world.write(text % later)
    plan = world.plan(v="2")
    assert not world.diags, world.messages()
    assert world.actions(plan) == {"vbrprov_data.z": "replace"}
    (y,) = (d for d in plan.deferred if d.name == "vbrprov_data.y")
    # A block that lost count has its one object moved.
    kept = "vbrprov_data.y[0]" if later else "vbrprov_data.y"
    assert [c.address for c in y.kept] == [kept]
    assert str(y.why) == "deferred_prereq"
    world.apply(v="2")
    assert (kept, "") in world.state().instances


def test_validating_needs_no_numbers(world: World) -> None:
    from vbrprov.diag import Diagnostics
    from vbrprov.workflow.validate import validate

    world.write(DOWNSTREAM)
    world.write(MODULE, "m/main.vbr.hcl")
    diags = Diagnostics()
    validate(world.request(), world.environment(), diags)
    assert not list(diags)


def test_a_replacement_that_is_deferred_is_said(world: World) -> None:
    world.write(Z + 'resource "vbrprov_data" "x" {\n  count = length(vbrprov_data.z.output)\n}\n')
    world.apply()
    world.apply()
    world.plan(Options(replace=("vbrprov_data.x[0]",)), v="2")
    assert [d.summary for d in world.diags] == ["Replacement is deferred"]


def test_only_the_first_of_many_are_named(world: World) -> None:
    world.write("".join(f'resource "vbrprov_data" "z{i}" {{\n}}\n' for i in range(7))
                + 'resource "vbrprov_data" "x" {\n  for_each = toset(['
                + ", ".join(f"vbrprov_data.z{i}.id" for i in range(7)) + "])\n}\n")
    (because,) = reasons(world.plan()).values()
    assert because == ("its for_each depends on vbrprov_data.z0, vbrprov_data.z1, vbrprov_data.z2, "
                       "vbrprov_data.z3, vbrprov_data.z4 and 2 more, which this plan creates")


def test_instances_that_wait_for_the_same_are_shown_together(world: World) -> None:
    world.write(Z + """
        resource "vbrprov_data" "x" {
          for_each = toset(vbrprov_data.z.output)
        }
        resource "vbrprov_data" "many" {
          count = 3
          input = vbrprov_data.x
        }
        resource "vbrprov_data" "one" {
          count = 1
          input = vbrprov_data.x
        }
    """)
    text = deferred(world.plan(), Style(False))
    assert text.count("Deferred:") == 3
    assert "Deferred: vbrprov_data.many: it depends on vbrprov_data.x" in text
    assert "Deferred: vbrprov_data.one[0]: it depends on vbrprov_data.x" in text
    assert "Deferred: vbrprov_data.many, vbrprov_data.one[0], vbrprov_data.x." in again(
        world.plan(), "vbrprov")
