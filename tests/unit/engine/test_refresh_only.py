"""Plans that only record what changed outside."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from engine_world import World  # found through the path that conftest adds
from lease import LeaseWorld

from vbrprov.plan.model import Options
from vbrprov.state.model import Status

ONLY = Options(refresh_only=True)
BOX = """
    resource "lease_box" "b" {
      name = "one"
    }
    output "o" {
      value = lease_box.b.name
    }
"""


@pytest.fixture
def lease(tmp_path: Path) -> LeaseWorld:
    return LeaseWorld(tmp_path)


def test_nothing_happened(lease: LeaseWorld) -> None:
    lease.write(BOX)
    lease.apply()
    assert not lease.plan(ONLY).has_changes


def test_what_is_gone_is_taken_out_and_not_made_again(lease: LeaseWorld) -> None:
    lease.write(BOX)
    lease.apply()
    lease.log.made.clear()
    plan = lease.plan(ONLY)
    assert plan.has_changes
    assert lease.actions(plan) == {}
    assert [(d.address, str(d.action)) for d in plan.drift] == [("lease_box.b", "delete")]
    lease.apply(ONLY)
    assert not lease.diags, lease.messages()
    assert lease.state().instances == {}
    assert lease.log.made == {}


def test_what_configuration_no_longer_has_is_looked_at_too(lease: LeaseWorld) -> None:
    lease.write(BOX)
    lease.apply()
    lease.write('provider "lease" {}\n')
    assert lease.actions(lease.plan(ONLY)) == {}
    lease.log.made.clear()
    lease.apply(ONLY)
    assert lease.state().instances == {}


def test_what_is_not_there_yet_is_not_made(world: World) -> None:
    world.write('resource "vbrprov_data" "x" {}\noutput "o" {\n  value = vbrprov_data.x.id\n}\n')
    plan = world.plan(ONLY)
    assert not plan.has_changes
    world.apply(ONLY)
    assert not world.diags, world.messages()
    assert world.state().is_empty


def test_outputs_follow(world: World) -> None:
    text = 'variable "v" {\n  default = "a"\n}\noutput "o" {\n  value = var.v\n}\n'
    world.write(text)
    world.apply()
    assert world.plan(ONLY, v="b").has_changes
    world.apply(ONLY, v="b")
    assert bytes(world.state().outputs["o"].value) == b'"b"'


def test_changes_of_the_configuration_wait(world: World) -> None:
    world.write('resource "vbrprov_data" "x" {\n  input = 1\n}\n')
    world.apply()
    world.write('resource "vbrprov_data" "x" {\n  input = 2\n}\n')
    world.apply(ONLY)
    assert world.attribute("vbrprov_data.x", "input") == 1


def test_conditions_that_do_not_hold_are_warnings(world: World) -> None:
    world.write('resource "vbrprov_data" "x" {}\n')
    world.apply()
    world.write("""
        resource "vbrprov_data" "x" {
          lifecycle {
            postcondition {
              condition     = self.id == ""
              error_message = "There is an id."
            }
          }
        }
    """)
    world.apply(ONLY)
    assert [(str(d.severity), d.detail) for d in world.diags] == [("warning", "There is an id.")]
    assert [str(c.status) for c in world.state().checks] == ["fail"]


@pytest.mark.parametrize("options", [ONLY, Options(targets=("vbrprov_data.y",))])
def test_what_is_left_alone_stays_as_it_is_recorded(world: World, options: Options) -> None:
    world.write("""
        resource "vbrprov_data" "x" {
          lifecycle {
            prevent_destroy = true
          }
        }
        resource "vbrprov_data" "y" {}
    """)
    world.apply()
    with world.backend().session("test") as session:
        old = session.data.instances[("vbrprov_data.x", "")]
        session.put(msgspec.structs.replace(old, status=Status.TAINTED))
    before = world.state().instances
    world.apply(options)
    assert not world.diags.has_errors, world.messages()
    assert world.state().instances == before
    assert before[("vbrprov_data.x", "")].prevent_destroy
