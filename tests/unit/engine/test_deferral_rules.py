"""Guardrails take what is deferred as not known."""

from __future__ import annotations

import msgspec
import pytest
from engine_cloud import ThingModel
from engine_world import World

from vbrprov.diag import Diagnostics, Severity
from vbrprov.plan.model import Action, Change, Options
from vbrprov.secrets import Redactor
from vbrprov.state.model import Instance
from vbrprov.workflow.guard import recorded_only
from vbrprov.workflow.plan import Planned, make_plan
from vbrprov.workflow.prepare import prepare

#: The providers are configured from what is known after apply, so that nobody is asked anything.
CONFIG = """
    resource "vbrprov_data" "z" {
      input = tolist(["one"])
    }
    provider "aws" {
      region = vbrprov_data.z.id
    }
    provider "veeam" {
      server   = vbrprov_data.z.id
      username = "admin"
      password = "secret"
    }
    resource "aws_s3_bucket" "b" {
      %s
      bucket = "backups"
      %s
    }
    resource "veeam_amazon_s3_repository" "r" {
      %s
      name = "r"
      account {
        credentials_id = "1"
      }
      bucket {
        region_id = "us-east-1"
        name      = "backups"
        folder    = "f"
      }
      immutability {
        enabled = true
        days    = 30
      }
    }
"""
WAITS = "count = length(vbrprov_data.z.output)"


def planned(world: World, options: Options | None = None) -> Planned:
    """A plan with its guard."""
    world.diags = Diagnostics()
    request = world.request(options)
    prepared = prepare(request, world.diags, Redactor())
    assert prepared is not None, world.messages()
    return make_plan(prepared, world.state(), request.options, world.environment(), world.diags)


def said(world: World) -> list[tuple[str, str]]:
    """Severity and rule of what was reported."""
    return [(str(d.severity), d.rule_id or d.summary) for d in world.diags]


def test_the_control_is_refused(world: World) -> None:
    world.write(CONFIG % ("", "object_lock_enabled = false", ""))
    planned(world)
    assert said(world) == [("refuse", "VBR050")]


@pytest.mark.parametrize(("bucket", "repository"), [("", WAITS), (WAITS, ""), (WAITS, WAITS)])
def test_a_rule_that_needs_something_deferred_is_left_for_the_next_plan(
    world: World, bucket: str, repository: str,
) -> None:
    world.write(CONFIG % (bucket, "object_lock_enabled = false", repository))
    result = planned(world)
    assert {s for s, _ in said(world)} == {"note"}, world.messages()
    assert "VBR050" in {rule for _, rule in said(world)}
    assert result.plan.deferred
    # Nor does it stop the step of what is not deferred, which the plan said it would make.
    for change in result.plan.changes:
        if change.is_change:
            diags = Diagnostics()
            assert result.guard.gate(change, change.after or {}, diags), list(diags)


def test_nothing_is_said_where_no_rule_is_open(world: World) -> None:
    world.write(CONFIG.partition('resource "veeam_')[0] % (WAITS, "object_lock_enabled = false"))
    planned(world)
    assert said(world) == []


def test_what_is_recorded_of_it_is_judged_as_it_stays(world: World) -> None:
    """The configuration mends the bucket, but not in this plan."""
    world.write(CONFIG % (WAITS, "object_lock_enabled = true", ""))
    with world.backend().session("test") as session:
        session.begin(1)
        session.put(Instance(
            address="aws_s3_bucket.b[0]", provider="provider.aws", attributes=msgspec.Raw(
                msgspec.json.encode({"bucket": "backups", "object_lock_enabled": False}))))
    result = planned(world)
    assert [c.address for d in result.plan.deferred for c in d.kept] == ["aws_s3_bucket.b[0]"]
    refused = [d for d in world.diags if d.severity is Severity.REFUSE]
    assert [d.rule_id for d in refused] == ["VBR050"], world.messages()


@pytest.mark.parametrize("second", ["", WAITS])
def test_what_is_open_anyway_stops_a_step_all_the_same(world: World, second: str) -> None:
    """That a deferred repository may use the bucket, too, excuses nothing."""
    text = CONFIG % ("", 'object_lock_enabled = vbrprov_data.z.output[0] == "one"', "")
    another = text[text.index('resource "veeam_'):].replace('" "r"', '" "s"').replace(
        "{\n      \n", f"{{\n      {second}\n", 1)
    world.write(text + (another if second else ""))
    result = planned(world)
    assert {severity for severity, _ in said(world)} <= {"note"}, world.messages()
    assert bool(result.plan.deferred) == bool(second)
    by_address = {c.address: c for c in result.plan.changes}
    for address, passes in (("aws_s3_bucket.b", True), ("veeam_amazon_s3_repository.r", False)):
        diags = Diagnostics()
        change = by_address[address]
        assert result.guard.gate(change, change.after or {}, diags) is passes
        assert [d.rule_id for d in diags] == ([] if passes else ["VBR050"])


@pytest.mark.parametrize("declared", [True, False])
def test_what_a_narrowed_plan_leaves_alone_is_there_all_the_same(
    world: World, declared: bool,
) -> None:
    """The repository takes no part, but it uses the bucket that the plan makes unfit."""
    text = CONFIG % ("", "object_lock_enabled = false", "")
    world.write(text if declared else text[:text.index('resource "veeam_')])
    with world.backend().session("test") as session:
        session.begin(1)
        session.put(Instance(
            address="veeam_amazon_s3_repository.r", provider="provider.veeam",
            attributes=msgspec.Raw(msgspec.json.encode({
                "name": "r", "account": {"credentials_id": "1"},
                "bucket": {"region_id": "us-east-1", "name": "backups", "folder": "f"},
                "immutability": {"enabled": True, "days": 30}}))))
    planned(world, Options(targets=("aws_s3_bucket.b",)))
    refused = [d for d in world.diags if d.severity is Severity.REFUSE]
    assert [d.rule_id for d in refused] == ["VBR050"], world.messages()


def test_recording_what_changed_lets_objects_without_a_block_stay() -> None:
    schema = ThingModel.schema()
    values = {"name": "x", "note": "", "region": "home"}
    changes = [Change(
        address=f"cloud_thing.{action}", module=(), mode="managed", type="cloud_thing", name="x",
        key=None, provider="provider.cloud", action=action, schema=schema, before=values,
        prior=Instance("cloud_thing.x", "provider.cloud")) for action in (
            Action.NOOP, Action.DELETE, Action.FORGET)]
    assert [recorded_only(c).planned for c in changes] == [values, None, None]
    assert [recorded_only(c).live for c in changes] == [values, values, values]


def test_what_is_wrong_elsewhere_does_not_stop_a_narrowed_plan(world: World) -> None:
    world.write((CONFIG % ("", "object_lock_enabled = false", "")) + """
        resource "vbrprov_data" "other" {
        }
    """)
    with world.backend().session("test") as session:
        session.begin(2)
        session.put(Instance(
            address="veeam_amazon_s3_repository.r", provider="provider.veeam",
            attributes=msgspec.Raw(msgspec.json.encode({
                "name": "r", "account": {"credentials_id": "1"},
                "bucket": {"region_id": "us-east-1", "name": "backups", "folder": "f"},
                "immutability": {"enabled": True, "days": 30}}))))
        session.put(Instance(
            address="aws_s3_bucket.b", provider="provider.aws", attributes=msgspec.Raw(
                msgspec.json.encode({"bucket": "backups", "object_lock_enabled": False}))))
    planned(world, Options(targets=("vbrprov_data.other",)))
    assert not world.diags.has_errors, world.messages()
    planned(world, Options(targets=("aws_s3_bucket.b",)))
    assert [d.rule_id for d in world.diags if d.severity is Severity.REFUSE] == ["VBR050"]
