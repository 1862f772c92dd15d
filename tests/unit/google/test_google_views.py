"""Buckets as guardrails see them: planned by the provider, read from the double."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.diag import Pos, SourceRange
from vbrprov.sdk import BucketView, InstanceFacts, Origin, Truth
from vbrprov.values import Unknown
from vbrprov_google.bucket.lifecycle import added_by_google

BASE = {"name": "my-backups", "location": "EU"}
RULE = {"action": {"type": "Delete"}, "condition": {"age": 30, "matches_prefix": ["Veeam/", "x/"]}}
PLACE = SourceRange("main.vbr.hcl", Pos(1, 1, 0), Pos(1, 2, 1))


@pytest.fixture
def view(google: Any, kind: Any) -> Any:
    """The view of a bucket with some arguments, on one that has a state."""

    def make(state: Any = None, *, phase: str = "plan", prior: Any = None,
             unknown: tuple[str, ...] = (), **arguments: Any) -> BucketView:
        type_ = kind("storage_bucket")
        planned = google.plan(type_, state, **{**BASE, **arguments})
        schema = type_.model.schema()
        config = dict(planned.draft.config)
        for name in unknown:
            spec = schema.attributes.get(name) or schema.blocks[name]
            planned.draft.planned[name] = config[name] = Unknown(spec.type)
        if unknown:
            # As the engine proposes a block that the provider fills in.
            planned.draft.planned["versioning"] = Unknown(schema.blocks["versioning"].type)
            type_.plan_modify(planned.draft)
        static = phase == "static"
        action = "create" if state is None else "update" if planned.changed else "no-op"
        facts = InstanceFacts(
            "google_storage_bucket.b", "google_storage_bucket", "managed", action,
            config if static else planned.draft.planned,
            None if state is None or static else state.to_values(), config, {}, PLACE, {},
            frozenset(planned.changed), None if prior is None else prior.to_values(), (), (),
            phase)
        [found] = type_.views(facts)
        assert isinstance(found, BucketView)
        return found

    return make


def test_new_bucket(view: Any) -> None:
    found = view(enable_object_retention=True)
    assert (found.family, found.name.value) == ("google", "my-backups")
    assert found.object_lock.planned.is_true is Truth.YES
    assert found.versioning.planned.value == "Enabled"
    assert found.default_retention.planned.is_true is Truth.NO
    assert found.soft_delete.planned.is_true is Truth.NO
    assert found.automatic_tiering.is_true is Truth.NO
    assert found.hierarchical_namespace.is_true is Truth.NO
    assert found.storage_class.value == "STANDARD"
    assert found.lifecycle.rules == ()
    assert found.lifecycle.complete
    assert found.replication.is_true is Truth.NO
    assert not found.versioning.live.known


def test_stated_rules_and_policies(view: Any) -> None:
    found = view(lifecycle_rule=[RULE], retention_policy={"retention_period": 60},
                 autoclass={"enabled": True},
                 soft_delete_policy={"retention_duration_seconds": 604800})
    assert [(r.prefix.value, r.origin, r.at) for r in found.lifecycle.rules] == [
        ("Veeam/", Origin.DECLARED, "lifecycle_rule[0]"),
        ("x/", Origin.DECLARED, "lifecycle_rule[0]")]
    assert found.default_retention.planned.is_true is Truth.YES
    assert found.automatic_tiering.is_true is Truth.YES
    assert found.soft_delete.planned.is_true is Truth.YES


def test_what_validate_cannot_know(view: Any) -> None:
    found = view(phase="static")
    for fact in (found.versioning.planned, found.default_retention.planned,
                 found.automatic_tiering):
        assert not fact.known
    assert not found.lifecycle.complete
    stated = view(phase="static", versioning={"enabled": False}, enable_object_retention=True,
                  lifecycle_rule=[RULE])
    assert stated.versioning.planned.value == "Disabled"
    assert stated.object_lock.planned.is_true is Truth.YES
    assert len(stated.lifecycle.rules) == 2


def test_what_is_known_after_apply(view: Any) -> None:
    found = view(unknown=("lifecycle_rule", "retention_policy", "enable_object_retention"))
    assert not found.lifecycle.complete
    assert not found.default_retention.planned.known
    assert not found.object_lock.planned.known
    assert not found.versioning.planned.known


def test_what_somebody_made_by_hand(view: Any, google: Any, kind: Any) -> None:
    type_ = kind("storage_bucket")
    state = google.apply(type_, **BASE).state
    google.client.rest("PATCH", "storage", "b/my-backups", body={
        "versioning": {"enabled": True}, "retentionPolicy": {"retentionPeriod": "5"},
        "autoclass": {"enabled": True}, "softDeletePolicy": {"retentionDurationSeconds": "604800"},
        "lifecycle": {"rule": [
            {"action": {"type": "Delete"}, "condition": {"age": 1}},
            {"action": {"type": "Delete"}, "condition": {"numNewerVersions": 1,
                                                         "isLive": False}}]}})
    live = google.read(type_, state)
    found = view(live, prior=state)
    # Versioning is not stated: it stays as somebody made it.
    assert found.versioning.planned.value == "Enabled"
    assert found.versioning.recorded.value == "Disabled"
    assert found.versioning.drifted is Truth.YES
    assert found.default_retention.planned.is_true is Truth.YES
    assert found.automatic_tiering.is_true is Truth.YES
    assert [(r.origin, r.provider_added.value) for r in found.lifecycle.rules] == [
        (Origin.LIVE, False), (Origin.LIVE, True)]
    # Soft delete is always stated, so this plan takes it back.
    assert found.soft_delete.live.is_true is Truth.YES
    assert found.soft_delete.planned.is_true is Truth.NO
    assert found.soft_delete.changed is Truth.YES
    repaired = view(live, prior=state, purge_lifecycle_rules=True, autoclass={"enabled": False},
                    versioning={"enabled": False}, retention_policy={"retention_period": 9})
    assert repaired.lifecycle.rules == ()
    assert repaired.automatic_tiering.is_true is Truth.NO
    assert repaired.versioning.restored is Truth.YES
    assert repaired.default_retention.changed is Truth.NO


def test_stated_rules_replace_live_ones(view: Any, google: Any, kind: Any) -> None:
    type_ = kind("storage_bucket")
    state = google.apply(type_, **BASE, lifecycle_rule=[RULE]).state
    assert [r.origin for r in view(state, lifecycle_rule=[RULE]).lifecycle.rules] == [
        Origin.DECLARED, Origin.DECLARED]
    assert view(state).lifecycle.rules == ()


def test_data_source(google: Any, kind: Any) -> None:
    google.apply(kind("storage_bucket"), **BASE, enable_object_retention=True)
    source = kind("storage_bucket", "data_sources")
    found = source.read(google.client, source.model(name="my-backups"), google.ctx)
    values = found.to_values()
    facts = InstanceFacts("data.google_storage_bucket.b", "google_storage_bucket", "data", "read",
                          values, None, {"name": "my-backups"}, {}, PLACE, {}, frozenset(), None,
                          (), (), "plan")
    [seen] = source.views(facts)
    assert seen.object_lock.live.is_true is Truth.YES
    assert seen.versioning.planned.value == "Enabled"
    assert seen.lifecycle.complete
    assert not seen.managed


@pytest.mark.parametrize(("rule", "added"), [
    ({"action": {"type": "Delete"}, "condition": {"numNewerVersions": 2, "isLive": False}}, True),
    ({"action": {"type": "Delete"}, "condition": {"numNewerVersions": 2}}, True),
    ({"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 7}}, True),
    ({"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 0}}, False),
    ({"action": {"type": "Delete"}, "condition": {"numNewerVersions": 2, "isLive": True}}, False),
    ({"action": {"type": "Delete"},
      "condition": {"numNewerVersions": 2, "daysSinceNoncurrentTime": 7}}, False),
    ({"action": {"type": "Delete"}, "condition": {"numNewerVersions": 2, "age": 1}}, False),
    ({"action": {"type": "Delete"}, "condition": {"isLive": False}}, False),
    ({"action": {"type": "SetStorageClass", "storageClass": "ARCHIVE"},
      "condition": {"daysSinceNoncurrentTime": 7}}, False),
    ({"action": {"type": "Delete"}, "condition": {"age": 7}}, False),
])
def test_rules_of_google_are_told_by_what_they_say(rule: Any, added: bool) -> None:
    assert added_by_google(rule) is added
