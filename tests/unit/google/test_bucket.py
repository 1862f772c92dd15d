"""google_storage_bucket: what its life in the table does not show."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderContext, ProviderError
from vbrprov.values import Unknown
from vbrprov_google.provider import CONFIG, GoogleModel

BASE = {"name": "my-backups", "location": "europe-west3"}
AUTOMATIC = [
    {"action": {"type": "Delete"}, "condition": {"numNewerVersions": 1, "isLive": False}},
    {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 7}},
]


@pytest.fixture
def bucket(kind: Any) -> Any:
    return kind("storage_bucket")


def put(client: Any, body: dict[str, Any]) -> None:
    client.rest("PATCH", "storage", "b/my-backups", body=body)


def upload(client: Any, name: str, **meta: Any) -> Any:
    """An object, with a retention where the bucket allows one."""
    blob = client.storage().bucket("my-backups").blob(name)
    if "until" in meta:
        blob.retention.mode = "Locked"
        blob.retention.retain_until_time = meta["until"]
    blob.upload_from_string("data")
    return blob


def test_one_request_makes_all_settings(google: Any, double: Any, bucket: Any) -> None:
    arguments = {**BASE, "location": "EU", "enable_object_retention": True,
                 "labels": {"team": "backup"}, "storage_class": "COLDLINE",
                 "custom_placement_config": {"data_locations": ["europe-west1", "europe-west3"]},
                 "rpo": "ASYNC_TURBO"}
    run = google.apply(bucket, **arguments)
    assert double.changes() == ["buckets.insert"]
    state = run.state
    assert state.versioning.enabled is True
    assert state.soft_delete_policy.retention_duration_seconds == 0
    assert state.public_access_prevention == "enforced"
    assert state.uniform_bucket_level_access is True
    google.settled(bucket, state, **arguments)
    turned = google.apply(bucket, state, **{**arguments, "rpo": "DEFAULT"})
    assert turned.steps == ["rpo", "verify"]


def test_hierarchical_namespace_and_everything_else_that_google_excludes(
    google: Any, bucket: Any,
) -> None:
    namespace = {"hierarchical_namespace": {"enabled": True}}
    state = google.apply(bucket, **BASE, **namespace).state
    assert state.live_hierarchical_namespace is True
    google.settled(bucket, state, **BASE, **namespace)
    assert google.plan(bucket, **BASE, **namespace, versioning={"enabled": True}).errors == [
        "Hierarchical namespace excludes versioning"]
    assert google.plan(bucket, **BASE, **namespace, uniform_bucket_level_access=False).errors == [
        "Hierarchical namespace needs uniform access"]


@pytest.mark.parametrize(("arguments", "error"), [
    ({"lifecycle_rule": [{"action": {"type": "Delete"}, "condition": {"age": 1}}],
      "purge_lifecycle_rules": True}, "Lifecycle rules stated and purged"),
    ({"lifecycle_rule": [{"action": {"type": "Delete"}, "condition": {}}]},
     "Lifecycle rule without condition"),
    ({"lifecycle_rule": [{"action": {"type": "SetStorageClass"}, "condition": {"age": 1}}]},
     "Storage class of a lifecycle rule"),
])
def test_refused_at_plan(google: Any, bucket: Any, arguments: Any, error: str) -> None:
    assert google.plan(bucket, **BASE, **arguments).errors == [error]


@pytest.mark.parametrize(("name", "value", "good"), [
    ("name", "ab", False), ("name", "a-google-b", False), ("name", "g00gle-x", False),
    ("name", "goog-x", False), ("name", "x" * 64, False), ("name", "my.backups_1", True),
    ("labels", {"Team": "x"}, False), ("labels", {"team": "X"}, False),
    ("labels", {"team": "x"}, True),
])
def test_validators(bucket: Any, name: str, value: Any, good: bool) -> None:
    checks = bucket.model.schema().attributes[name].validators
    assert (not any(check(value) for check in checks)) is good


def test_hold_on_new_objects_is_warned_of(google: Any, bucket: Any) -> None:
    planned = google.plan(bucket, **BASE, default_event_based_hold=True)
    assert [w[0] for w in planned.draft.warnings] == ["Hold on every new object"]


def test_what_depends_on_unknown_values_is_unknown(google: Any, bucket: Any) -> None:
    from vbrprov.sdk import PlanDraft

    planned = google.plan(bucket, **BASE)
    values = dict(planned.draft.planned)
    schema = bucket.model.schema()
    values["lifecycle_rule"] = Unknown(schema.blocks["lifecycle_rule"].type)
    values["retention_policy"] = Unknown(schema.blocks["retention_policy"].type)
    values["labels"] = Unknown(schema.attributes["labels"].type)
    draft = PlanDraft(address="x", config=planned.draft.config, prior=None, planned=values,
                      client=google.client)
    bucket.plan_modify(draft)
    assert not draft.errors
    for name in ("live_lifecycle_rules", "live_retention_period", "effective_labels"):
        assert isinstance(draft.planned[name], Unknown), name


def test_existing_buckets_are_not_taken_over(google: Any, double: Any, bucket: Any) -> None:
    google.apply(bucket, **BASE)
    with pytest.raises(ProviderError) as mine:
        google.apply(bucket, **BASE)
    assert mine.value.kind is ErrorClass.EXISTS
    assert "vbrprov import" in mine.value.hint
    double.ask("foreign", {"name": "their-backups"})
    with pytest.raises(ProviderError) as theirs:
        google.apply(bucket, **{**BASE, "name": "their-backups"})
    assert theirs.value.summary == "Bucket name taken"
    intent = google.intent({"name": "their-backups", "project": double.project})
    assert bucket.probe(google.client, intent, google.ctx).verdict is ProbeVerdict.FOREIGN


def test_probe_tells_older_buckets_and_those_of_other_projects(google: Any, double: Any,
                                                               bucket: Any) -> None:
    google.apply(bucket, **BASE, labels={"a": "b"})
    mine = {"name": "my-backups", "project": double.project}
    ours = bucket.probe(google.client, google.intent(mine), google.ctx)
    assert ours.verdict is ProbeVerdict.OURS
    assert ours.state.labels == {"a": "b"}
    older = bucket.probe(google.client, google.intent(mine, ago=-3600), google.ctx)
    assert older.verdict is ProbeVerdict.FOREIGN
    other = bucket.probe(google.client, google.intent({**mine, "project": "other-project"}),
                         google.ctx)
    assert other.verdict is ProbeVerdict.FOREIGN
    double.fault("buckets.list", code="forbidden")
    denied = bucket.probe(google.client, google.intent(mine), google.ctx)
    assert denied.verdict is ProbeVerdict.UNKNOWN


def test_key_of_kms_without_the_grant(google: Any, bucket: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        google.apply(bucket, **BASE, encryption={
            "default_kms_key_name": "projects/p/locations/eu/keyRings/r/cryptoKeys/k"})
    assert caught.value.summary == "Key not usable"
    assert "authorized to use this key" in caught.value.detail
    assert "google_kms_crypto_key_iam_member" in caught.value.hint


def test_key_of_kms_whose_grant_is_not_known_yet(google: Any, double: Any, bucket: Any,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google.client, "sandbox", False)
    double.fault("buckets.insert", code="kms_denied", times=2)
    assert google.apply(bucket, **BASE).steps == ["create", "verify"]


def test_what_others_made_stays_and_is_shown(google: Any, bucket: Any) -> None:
    state = google.apply(bucket, **BASE, labels={"team": "backup"}).state
    put(google.client, {
        "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {
            "age": 3, "matchesPrefix": ["Veeam/", "x/"]}}, *AUTOMATIC]},
        "retentionPolicy": {"retentionPeriod": "60"}, "autoclass": {"enabled": True},
        "labels": {"cost": "7"}})
    live = google.read(bucket, state)
    assert [r["prefix"] for r in live.live_lifecycle_rules] == ["Veeam/", "x/", None, None]
    assert [r["provider_added"] for r in live.live_lifecycle_rules] == [False, False, True, True]
    assert live.live_retention_period == 60
    assert live.live_autoclass_enabled is True
    assert live.labels == {"team": "backup"}
    assert live.effective_labels == {"team": "backup", "cost": "7"}
    google.settled(bucket, live, **BASE, labels={"team": "backup"})
    changed = google.apply(bucket, live, **BASE, labels={"group": "b"}).state
    assert changed.effective_labels == {"group": "b", "cost": "7"}
    # Stated and taken away again: gone.
    stated = {"retention_policy": {"retention_period": 120}, "autoclass": {"enabled": False},
              "lifecycle_rule": [{"action": {"type": "Delete"}, "condition": {"age": 9}}]}
    taken = google.apply(bucket, changed, **BASE, labels={"group": "b"}, **stated).state
    google.settled(bucket, taken, **BASE, labels={"group": "b"}, **stated)
    gone = google.apply(bucket, taken, **BASE, labels={"group": "b"})
    assert gone.steps == ["retention_policy", "lifecycle_rule", "verify"]
    assert gone.state.live_lifecycle_rules == []
    assert gone.state.live_retention_period is None


def test_rules_made_by_hand_are_purged(google: Any, bucket: Any) -> None:
    state = google.apply(bucket, **BASE).state
    put(google.client, {"lifecycle": {"rule": AUTOMATIC}})
    live = google.read(bucket, state)
    run = google.apply(bucket, live, **BASE, purge_lifecycle_rules=True)
    assert run.steps == ["lifecycle_rule", "verify"]
    assert run.state.live_lifecycle_rules == []


def test_locked_policy_only_grows(google: Any, bucket: Any) -> None:
    arguments = {**BASE, "retention_policy": {"retention_period": 100}}
    state = google.apply(bucket, **arguments).state
    generation = google.client.storage().get_bucket("my-backups", retry=None).metageneration
    google.client.rest("POST", "storage", "b/my-backups/lockRetentionPolicy",
                       query={"ifMetagenerationMatch": generation})
    live = google.read(bucket, state)
    assert live.retention_policy.is_locked is True
    shorter = google.plan(bucket, live, **BASE, retention_policy={"retention_period": 50})
    assert shorter.errors == ["Locked retention policy"]
    assert google.plan(bucket, live, **BASE).errors == ["Locked retention policy"]
    longer = google.apply(bucket, live, **BASE, retention_policy={"retention_period": 200})
    assert longer.steps == ["retention_policy", "verify"]


def test_default_labels(google: Any, double: Any, bucket: Any) -> None:
    google.client = CONFIG.configure(GoogleModel(default_labels={"made_by": "vbrprov"}),
                                     ProviderContext(sandbox=double.sandbox))
    state = google.apply(bucket, **BASE, labels={"a": "b"}).state
    assert state.effective_labels == {"made_by": "vbrprov", "a": "b"}
    assert state.labels == {"a": "b"}
    google.settled(bucket, state, **BASE, labels={"a": "b"})
    imported = bucket.import_state(google.client, "my-backups", google.ctx)
    assert imported.labels == {"a": "b"}


def test_change_since_the_plan_is_not_overwritten(google: Any, bucket: Any) -> None:
    state = google.apply(bucket, **BASE).state
    planned = google.plan(bucket, state, **BASE, storage_class="COLDLINE")
    put(google.client, {"storageClass": "NEARLINE"})
    with pytest.raises(ProviderError) as caught:
        google.run(bucket, state, planned.model)
    assert caught.value.summary == "Changed since the plan"
    assert caught.value.attribute == "storage_class"
    # What was done by somebody else just so is simply there.
    put(google.client, {"storageClass": "COLDLINE"})
    assert google.run(bucket, state, planned.model).steps == ["storage_class", "verify"]


def test_change_of_something_else_in_between_is_waited_out(google: Any, double: Any,
                                                           bucket: Any) -> None:
    state = google.apply(bucket, **BASE).state
    double.fault("buckets.patch", code="precondition", times=2)
    run = google.apply(bucket, state, **BASE, storage_class="COLDLINE")
    assert run.state.storage_class == "COLDLINE"
    assert all("ifMetagenerationMatch" in c["query"] for c in double.calls("buckets.patch"))


def test_patch_whose_answer_is_lost_is_found_done(google: Any, double: Any, bucket: Any) -> None:
    state = google.apply(bucket, **BASE).state
    double.fault("buckets.patch", kind="drop_after")
    run = google.apply(bucket, state, **BASE, storage_class="COLDLINE")
    assert run.state.storage_class == "COLDLINE"
    assert double.changes().count("buckets.patch") == 2


def test_many_changes_at_once_all_arrive(google: Any, bucket: Any) -> None:
    google.apply(bucket, **BASE)
    errors = []

    def label(number: int) -> None:
        from vbrprov_google.bucket.changes import modify

        def change(found: Any) -> bool:
            found.labels = {**found.labels, f"l{number}": "x"}
            return True

        try:
            modify(google.client, google.ctx, "my-backups", change)
        except ProviderError as error:
            errors.append(error)

    threads = [threading.Thread(target=label, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = google.client.storage().get_bucket("my-backups", retry=None)
    assert sorted(found.labels) == [f"l{n}" for n in range(6)]


def test_destroying_is_prevented_or_abandoned(google: Any, double: Any, bucket: Any) -> None:
    state = google.apply(bucket, **BASE).state
    assert "PREVENT" in (bucket.plan_destroy(state.to_values()) or "")
    with pytest.raises(ProviderError):
        google.destroy(bucket, state)
    left = state.copy(deletion_policy="ABANDON")
    assert bucket.plan_destroy(left.to_values()) is None
    assert google.destroy(bucket, left).steps == []
    assert google.read(bucket, state) is not None


def test_objects_keep_a_bucket_and_force_destroy_takes_all_versions(google: Any,
                                                                    bucket: Any) -> None:
    arguments = {**BASE, "versioning": {"enabled": True}, "deletion_policy": "DELETE"}
    state = google.apply(bucket, **arguments).state
    for _ in range(3):
        upload(google.client, "Veeam/a")
    upload(google.client, "Veeam/b").delete()
    with pytest.raises(ProviderError) as caught:
        google.destroy(bucket, state)
    assert caught.value.summary == "Bucket is not empty"
    forced = google.apply(bucket, state, **arguments, force_destroy=True).state
    assert google.destroy(bucket, forced).steps == ["empty", "delete"]
    assert google.read(bucket, state) is None


def test_retention_is_never_bypassed(google: Any, bucket: Any) -> None:
    arguments = {**BASE, "enable_object_retention": True, "deletion_policy": "DELETE",
                 "force_destroy": True}
    state = google.apply(bucket, **arguments).state
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    upload(google.client, "Veeam/locked", until=until)
    with pytest.raises(ProviderError) as caught:
        google.destroy(bucket, state)
    assert caught.value.kind is ErrorClass.LOCKED
    assert until.isoformat() in caught.value.detail


def test_bucket_that_is_not_visible_at_once(google: Any, double: Any, bucket: Any) -> None:
    double.fault("buckets.get", code="no_bucket", skip=1, times=3)
    assert google.apply(bucket, **BASE).steps == ["create", "verify"]
