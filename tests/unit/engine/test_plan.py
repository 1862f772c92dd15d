"""Actions and their reasons."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.plan.model import Options, Reason

TWO = """
    variable "env" {
      default = "lab"
    }
    resource "vbrprov_data" "a" {
      input            = "a-${var.env}"
      triggers_replace = "fixed"
    }
    resource "vbrprov_data" "b" {
      input            = vbrprov_data.a.id
      triggers_replace = var.env
    }
"""


def test_create_then_nothing_to_do(world: World) -> None:
    world.write(TWO)
    assert world.actions(world.plan()) == {"vbrprov_data.a": "create", "vbrprov_data.b": "create"}
    applied = world.apply().applied
    assert applied is not None
    assert (applied.added, applied.failed) == (2, 0)
    before = world.backend().description
    plan = world.plan()
    assert not plan.has_changes
    assert before == world.backend().description


def test_a_plan_writes_nothing(world: World) -> None:
    world.write(TWO)
    world.plan()
    assert sorted(p.name for p in world.path.iterdir()) == ["main.vbr.hcl"]
    world.apply()
    files = {p.name: p.read_bytes() for p in world.path.iterdir()}
    world.plan(env="other")
    assert {p.name: p.read_bytes() for p in world.path.iterdir()} == files


def test_update_and_replace(world: World) -> None:
    world.write(TWO)
    world.apply()
    plan = world.plan(env="prod")
    assert world.actions(plan) == {"vbrprov_data.a": "update", "vbrprov_data.b": "replace"}
    change = next(c for c in plan.changes if c.address == "vbrprov_data.b")
    assert change.reason is Reason.CANNOT_UPDATE
    assert change.replace_paths == ("triggers_replace",)


@pytest.mark.parametrize(("later", "address", "reason"), [
    ("", "vbrprov_data.x[1]", Reason.NO_CONFIG),
    ('resource "vbrprov_data" "x" {\n  count = 1\n}', "vbrprov_data.x[1]", Reason.COUNT_INDEX),
    ('resource "vbrprov_data" "x" {\n  for_each = toset(["k"])\n}', "vbrprov_data.x[1]",
     Reason.WRONG_REPETITION),
])
def test_why_something_is_deleted(world: World, later: str, address: str, reason: Reason) -> None:
    world.write('resource "vbrprov_data" "x" {\n  count = 2\n}\n')
    world.apply()
    world.write(later + '\nlocals {\n  a = 1\n}\n')
    plan = world.plan()
    change = next(c for c in plan.changes if c.address == address)
    assert str(change.action) == "delete"
    assert change.reason is reason


def test_for_each_keys_come_and_go(world: World) -> None:
    text = 'resource "vbrprov_data" "x" {\n  for_each = toset(%s)\n  input = each.key\n}\n'
    world.write(text % '["a", "b"]')
    world.apply()
    world.write(text % '["b", "c"]')
    plan = world.plan()
    assert world.actions(plan) == {
        'vbrprov_data.x["a"]': "delete", 'vbrprov_data.x["c"]': "create"}
    assert next(c for c in plan.changes if c.address.endswith('["a"]')).reason is Reason.EACH_KEY


def test_target_exclude_and_replace(world: World) -> None:
    world.write(TWO + 'resource "vbrprov_data" "c" {\n}\n')
    assert world.actions(world.plan(Options(targets=("vbrprov_data.b",)))) == {
        "vbrprov_data.a": "create", "vbrprov_data.b": "create"}
    assert world.actions(world.plan(Options(excludes=("vbrprov_data.a",)))) == {
        "vbrprov_data.c": "create"}
    world.apply()
    plan = world.plan(Options(replace=("vbrprov_data.c",)))
    assert world.actions(plan) == {"vbrprov_data.c": "replace"}
    world.write('resource "vbrprov_data" "c" {\n  count = 2\n}\n')
    world.apply()
    assert world.actions(world.plan(Options(replace=("vbrprov_data.c",)))) == {}
    assert "Incompletely-matched" in next(iter(world.diags)).summary
    world.plan(Options(targets=("not an address",)))
    assert world.diags.has_errors


def test_modules_have_instances(world: World) -> None:
    world.write("""
        variable "name" {}
        resource "vbrprov_data" "x" {
          input = var.name
        }
        output "id" {
          value = vbrprov_data.x.id
        }
        output "name" {
          value = vbrprov_data.x.input
        }
    """, "child/main.vbr.hcl")
    world.write("""
        module "m" {
          source   = "./child"
          for_each = { a = "one", b = "two" }
          name     = "${each.key}-${each.value}"
        }
        resource "vbrprov_data" "after" {
          input = { for k, m in module.m : k => m.name }
        }
    """)
    plan = world.plan()
    assert not world.diags, world.messages()
    assert set(world.actions(plan)) == {
        'module.m["a"].vbrprov_data.x', 'module.m["b"].vbrprov_data.x', "vbrprov_data.after"}
    world.apply()
    assert world.attribute("vbrprov_data.after", "input") == {"a": "a-one", "b": "b-two"}
    assert not world.plan().has_changes


def test_prevent_destroy_stays_armed_when_the_block_is_deleted(world: World) -> None:
    world.write('resource "vbrprov_data" "x" {\n  lifecycle {\n    prevent_destroy = 1 < 2\n  '
                '}\n}\n')
    world.apply()
    world.write('locals {\n  a = 1\n}\n')
    world.plan()
    (found,) = world.diags
    assert found.summary == "Instance cannot be destroyed"
    outcome = world.apply(Options(destroy=True))
    assert outcome.refused
    assert ("vbrprov_data.x", "") in world.state().instances


def test_ignore_changes(world: World) -> None:
    text = ('resource "vbrprov_data" "x" {\n  input = { a = "%s", b = "%s" }\n  lifecycle {\n'
            '    ignore_changes = [%s]\n  }\n}\n')
    world.write(text % ("1", "1", "input"))
    world.apply()
    world.write(text % ("2", "2", "input"))
    assert not world.plan().has_changes
    world.write(text % ("2", "2", 'input["a"]'))
    plan = world.plan()
    (change,) = (c for c in plan.changes if c.is_change)
    assert change.after is not None
    assert change.after["input"] == {"a": "1", "b": "2"}
    world.write(text % ("2", "2", "inptu"))
    world.plan()
    assert world.diags.has_errors


def test_replace_triggered_by(world: World) -> None:
    world.write(TWO + """
    resource "vbrprov_data" "c" {
      lifecycle {
        replace_triggered_by = [vbrprov_data.a]
      }
    }
    """)
    world.apply()
    plan = world.plan(env="prod")
    change = next(c for c in plan.changes if c.address == "vbrprov_data.c")
    assert (str(change.action), change.reason) == ("replace", Reason.TRIGGERS)


def test_preconditions_and_postconditions(world: World) -> None:
    world.write("""
        variable "n" {
          type    = number
          default = 1
        }
        resource "vbrprov_data" "x" {
          input = var.n
          lifecycle {
            precondition {
              condition     = var.n < 5
              error_message = "Too many: ${var.n}."
            }
            postcondition {
              condition     = self.input != 3
              error_message = "Three is not wanted."
            }
          }
        }
    """)
    assert world.actions(world.plan()) == {"vbrprov_data.x": "create"}
    world.plan(n="9")
    assert [d.detail for d in world.diags] == ["Too many: 9."]
    world.plan(n="3")
    assert [d.detail for d in world.diags] == ["Three is not wanted."]


@pytest.mark.parametrize(("argument", "word"), [
    ('count = timestamp() == "" ? 1 : 2', "cannot be determined until apply"),
    ("for_each = toset([timestamp()])", "cannot be determined until apply"),
    ("count = null", "null. An integer is required"),
    ("count = -1", "greater than or equal to zero"),
    ("count = 1.5", "whole number"),
    ('count = "x"', "a number is required"),
    ("for_each = [1]", "map, or set of strings"),
    ("for_each = toset([1])", "set containing type number"),
    ("for_each = null", "null"),
    ('for_each = sensitive(toset(["a"]))', "Sensitive"),
])
def test_bad_repetition(world: World, argument: str, word: str) -> None:
    world.write('resource "vbrprov_data" "a" {\n}\nresource "vbrprov_data" "x" {\n  '
                f'{argument}\n}}\n')
    world.plan()
    assert len(world.diags) == 1, world.messages()
    assert word in world.messages()[0]


def test_sensitive_values_are_kept_as_fingerprints_only(world: World) -> None:
    world.write("""
        variable "secret" {
          type      = string
          sensitive = true
        }
        resource "vbrprov_data" "x" {
          input = { user = "u", password = var.secret }
        }
        output "x" {
          value     = vbrprov_data.x.output
          sensitive = true
        }
    """)
    world.apply(secret="hunter2-canary")
    data = b"".join(p.read_bytes() for p in world.path.iterdir())
    assert b"hunter2-canary" not in data
    assert b"$spent" in data
    assert not world.plan(secret="hunter2-canary").has_changes
    assert world.actions(world.plan(secret="another-secret")) == {"vbrprov_data.x": "update"}


def test_a_sensitive_output_must_say_so(world: World) -> None:
    world.write('output "x" {\n  value = sensitive("abc")\n}\n')
    world.plan()
    (found,) = world.diags
    assert found.summary == "Output refers to sensitive values"
    assert "    sensitive = true" in found.detail


def test_enabled_and_destroy_false(world: World) -> None:
    text = 'resource "vbrprov_data" "x" {\n  lifecycle {\n    %s\n  }\n}\n'
    world.write(text % "enabled = false")
    assert not world.plan().has_changes
    world.write(text % "destroy = false")
    world.apply()
    plan = world.plan(Options(destroy=True))
    assert world.actions(plan) == {"vbrprov_data.x": "forget"}
