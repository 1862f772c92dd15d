"""Regressions that a review found: each lost, doubled or revealed something once."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.plan.model import Options

X = 'resource "vbrprov_data" "x" {\n}\n'


def test_a_module_named_data_is_no_data_source(world: World) -> None:
    world.write(X, "m/main.vbr.hcl")
    world.write('module "data" {\n  source = "./m"\n}\n')
    world.apply()
    assert not world.plan().has_changes
    world.write("locals {\n  a = 1\n}\n")
    assert world.actions(world.plan()) == {"module.data.vbrprov_data.x": "delete"}


def test_a_key_that_looks_like_a_data_source_is_destroyed(world: World) -> None:
    text = 'resource "vbrprov_data" "x" {\n  for_each = toset([%s])\n}\n'
    world.write(text % '"a.data.b"')
    world.apply()
    world.write(text % "")
    assert world.actions(world.plan()) == {'vbrprov_data.x["a.data.b"]': "delete"}


def _chain(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "a" {
        }
        resource "vbrprov_data" "b" {
          input = vbrprov_data.a.id
        }
        resource "vbrprov_data" "c" {
          input = vbrprov_data.b.id
        }
    """)
    world.apply()


def test_destroying_a_target_takes_its_dependents_and_keeps_its_dependencies(world: World) -> None:
    _chain(world)
    plan = world.plan(Options(destroy=True, targets=("vbrprov_data.b",)))
    assert world.actions(plan) == {"vbrprov_data.b": "delete", "vbrprov_data.c": "delete"}


def test_what_an_excluded_resource_needs_is_not_destroyed(world: World) -> None:
    _chain(world)
    plan = world.plan(Options(destroy=True, excludes=("vbrprov_data.b",)))
    assert world.actions(plan) == {"vbrprov_data.c": "delete"}


def test_a_replacement_ignores_nothing(world: World) -> None:
    world.write("""
        variable "n" {
          default = "one"
        }
        resource "vbrprov_data" "x" {
          input            = var.n
          triggers_replace = var.n
          lifecycle {
            ignore_changes = [input]
          }
        }
    """)
    world.apply()
    outcome = world.apply(n="two")
    assert not world.diags, world.messages()
    assert outcome.applied is not None
    assert world.attribute("vbrprov_data.x", "input") == "two"


def test_a_nested_secret_keeps_its_surroundings_in_the_state(world: World) -> None:
    text = """
        variable "s" {
          default   = "abc-secret"
          sensitive = true
        }
        resource "vbrprov_data" "a" {
          input = { k = var.s, other = 1 }
          %s
        }
    """
    world.write(text % "")
    world.apply()
    world.write(text % "lifecycle {\n create_before_destroy = true\n }")
    world.apply()
    assert world.attribute("vbrprov_data.a", "input")["other"] == 1
    assert not world.plan().has_changes


def test_a_provider_block_in_a_repeated_module_is_refused(world: World) -> None:
    world.write('provider "aws" {\n  region = "us-east-1"\n}\n', "m/main.vbr.hcl")
    world.write('module "m" {\n  source = "./m"\n  count  = 2\n}\n')
    world.plan()
    assert [d.summary for d in world.diags] == ["Module is incompatible with count and for_each"]


def test_turning_a_dependency_round_is_no_circle(world: World) -> None:
    text = ('resource "vbrprov_data" "a" {\n  triggers_replace = "%s"\n  input = %s\n}\n'
            'resource "vbrprov_data" "b" {\n  triggers_replace = "%s"\n  input = %s\n}\n')
    world.write(text % ("1", "1", "1", "vbrprov_data.a.id"))
    world.apply()
    world.write(text % ("2", "vbrprov_data.b.id", "2", "1"))
    world.apply()
    assert not world.diags, world.messages()
    assert not world.plan().has_changes


def test_moving_past_a_removed_dependency_is_no_circle(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "c" {
          triggers_replace = "1"
        }
        resource "vbrprov_data" "a" {
          input = vbrprov_data.c.id
        }
        resource "vbrprov_data" "b" {
          input = vbrprov_data.a.id
        }
    """)
    world.apply()
    world.write("""
        resource "vbrprov_data" "c" {
          triggers_replace = "2"
        }
        resource "vbrprov_data" "b" {
          input = vbrprov_data.c.id
        }
    """)
    world.apply()
    assert not world.diags, world.messages()
    assert not world.plan().has_changes


def test_a_failing_precondition_does_not_keep_things_from_being_destroyed(world: World) -> None:
    world.write(X)
    world.apply()
    world.write("""
        resource "vbrprov_data" "x" {
          lifecycle {
            precondition {
              condition     = path.module == "nowhere"
              error_message = "Never."
            }
          }
        }
    """)
    world.apply(Options(destroy=True))
    assert world.state().instances == {}


def test_keys_with_a_dollar_are_data(world: World) -> None:
    world.write('resource "vbrprov_data" "x" {\n  input = { "$spent" = "abc", "$$x" = 1 }\n}\n'
                'output "o" {\n  value = vbrprov_data.x.output\n}\n')
    world.apply()
    assert not world.plan().has_changes
    assert b"abc" in (world.path / "vbrprov.vbrstate").read_bytes()


@pytest.mark.parametrize("calls", [1, 2])
def test_a_module_that_calls_itself(world: World, calls: int) -> None:
    world.write("".join(f'module "m{i}" {{\n  source = "./"\n}}\n' for i in range(calls)))
    world.plan()
    assert len(world.diags) == calls
    assert all("contain itself" in d.detail for d in world.diags)


def test_nested_modules_whatever_their_names(world: World) -> None:
    world.write('provider "aws" {\n  region = "us-east-1"\n}\n', "a/b/main.vbr.hcl")
    from vbrprov.plan.providers import node_of

    assert node_of("module.submodule.module.x.provider.aws.west") == (
        ("submodule", "x"), "provider", "aws.west")
    assert node_of("provider.aws") == ((), "provider", "aws")
    assert node_of('module.provider.provider.aws.x["a.provider.b"]') == (
        ("provider",), "provider", "aws.x")
    assert node_of("provider.vbrprov") is None


@pytest.mark.parametrize(("first", "second", "address"), [
    ("", "count = 2", "vbrprov_data.x[0]"),
    ("count = 1", "", "vbrprov_data.x"),
])
def test_getting_or_losing_count_moves_the_object(world: World, first: str, second: str,
                                                  address: str) -> None:
    text = 'resource "vbrprov_data" "x" {\n  %s\n  input = 1\n}\n'
    world.write(text % first)
    world.apply()
    (before,) = world.state().instances.values()
    world.write(text % second)
    plan = world.plan()
    assert "delete" not in world.actions(plan).values()
    assert plan.has_changes
    assert world.state().instances.keys() == {before.key}, "planning must not write"
    world.apply()
    assert world.state().instances[(address, "")].attributes == before.attributes
    assert (before.address, "") not in world.state().instances
    assert not world.plan().has_changes


def test_an_old_object_stays_when_its_successor_would_be_refused(world: World) -> None:
    world.write("""
        variable "v" {
          default = "good"
        }
        resource "vbrprov_data" "a" {
          input = var.v
        }
        resource "vbrprov_data" "b" {
          triggers_replace = var.v
          lifecycle {
            precondition {
              condition     = local.said != "bad"
              error_message = "It is bad."
            }
          }
        }
        locals {
          said = vbrprov_data.a.output
        }
    """)
    world.apply()
    before = world.attribute("vbrprov_data.b", "id")
    outcome = world.apply(v="bad")
    assert any("It is bad." in m for m in world.messages())
    assert outcome.applied is not None
    assert (outcome.applied.destroyed, outcome.applied.failed) == (0, 1)
    assert world.attribute("vbrprov_data.b", "id") == before


def test_what_only_other_replacements_tell_does_not_hold_a_deletion_up(world: World) -> None:
    world.write("""
        variable "v" {
          default = "1"
        }
        resource "vbrprov_data" "a" {
          input            = "made for ${var.v}"
          triggers_replace = var.v
        }
        resource "vbrprov_data" "b" {
          input            = vbrprov_data.a.id
          triggers_replace = var.v
          lifecycle {
            precondition {
              condition     = vbrprov_data.a.output == "made for ${var.v}"
              error_message = "Made for something else."
            }
          }
        }
    """)
    world.apply()
    assert world.apply(v="2").applied is not None
    assert not world.messages()
    assert world.attribute("vbrprov_data.b", "input") == world.attribute("vbrprov_data.a", "id")
