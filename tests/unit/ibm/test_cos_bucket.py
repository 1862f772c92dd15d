"""Buckets of IBM Cloud Object Storage."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_ibm.data_sources.cos_bucket import CosBucketData, CosBucketDataModel
from vbrprov_ibm.resources.cos_bucket import CosBucket

BUCKET = CosBucket()
INSTANCE = "crn:v1:bluemix:public:cloud-object-storage:global:a/acct:guid::"
BASE: dict[str, Any] = {"bucket_name": "backups-1", "resource_instance_id": INSTANCE,
                        "region_location": "us-south", "storage_class": "smart"}


@pytest.mark.parametrize(("arguments", "steps"), [
    ({}, ["create", "verify"]),
    ({"object_lock": True}, ["create", "verify"]),
    ({"object_versioning": {"enable": True}}, ["create", "versioning", "verify"]),
    ({"hard_quota": 1000}, ["create", "verify", "configuration"]),
    ({"allowed_ip": ["10.0.0.2", "10.0.0.1"]}, ["create", "verify", "configuration"]),
])
def test_create_and_settle(ibm: Any, arguments: Any, steps: list[str]) -> None:
    run = ibm.apply(BUCKET, **BASE, **arguments)
    assert run.steps == steps
    assert run.state.crn == f"{INSTANCE.removesuffix('::')}:bucket:backups-1"
    assert run.state.s3_endpoint_direct == (
        "s3.direct.us-south.cloud-object-storage.appdomain.cloud")
    ibm.settled(BUCKET, run.state, **BASE, **arguments)


@pytest.mark.parametrize(("arguments", "steps"), [
    ({"object_lock": True}, ["versioning", "object_lock", "verify"]),
    ({"object_versioning": {"enable": True}}, ["versioning", "verify"]),
    ({"hard_quota": 5}, ["configuration"]),
    ({"allowed_ip": ["10.0.0.1"]}, ["configuration"]),
    ({"force_delete": True}, ["settings"]),
    ({"deletion_policy": "DELETE"}, ["settings"]),
    ({"endpoint_type": "private"}, ["settings"]),
])
def test_change_in_place(ibm: Any, arguments: Any, steps: list[str]) -> None:
    state = ibm.apply(BUCKET, **BASE).state
    planned = ibm.plan(BUCKET, state, **BASE, **arguments)
    assert not planned.errors
    assert planned.draft.replace == set()
    run = ibm.run(BUCKET, state, planned.model)
    assert run.steps == steps
    ibm.settled(BUCKET, run.state, **BASE, **arguments)


@pytest.mark.parametrize("name", ["bucket_name", "resource_instance_id", "region_location",
                                  "cross_region_location", "single_site_location",
                                  "storage_class", "kms_key_crn"])
def test_replaced_when_changed(name: str) -> None:
    assert BUCKET.model.schema().attributes[name].replace_on_change


@pytest.mark.parametrize(("arguments", "summary"), [
    ({"retention_rule": {"default": 10}}, "Not for backups"),
    ({"archive_rule": {"days": 10}}, "Not for backups"),
    ({"expire_rule": [{"days": 10}]}, "Not for backups"),
    ({"noncurrent_version_expiration": [{"days": 10}]}, "Not for backups"),
    ({"cross_region_location": "eu"}, "Location"),
    ({"object_lock": True, "object_versioning": {"enable": False}}, "Object lock needs versioning"),
])
def test_refused(ibm: Any, arguments: Any, summary: str) -> None:
    assert ibm.plan(BUCKET, **{**BASE, **arguments}).errors == [summary]


def test_no_location_is_refused(ibm: Any) -> None:
    assert ibm.plan(BUCKET, **{**BASE, "region_location": None}).errors == ["Location"]


def test_immutable_object_storage_is_refused(ibm: Any) -> None:
    state = ibm.apply(BUCKET, **BASE).state.copy(immutable_object_storage=True)
    assert ibm.plan(BUCKET, state, **BASE).errors == ["Immutable Object Storage is on"]


def test_lock_is_never_turned_off(ibm: Any) -> None:
    state = ibm.apply(BUCKET, **BASE, object_lock=True).state
    assert ibm.plan(BUCKET, state, **BASE).errors == ["Object lock cannot be turned off"]


def test_drift_is_seen_and_repaired(ibm: Any) -> None:
    arguments: dict[str, Any] = {"object_versioning": {"enable": True}, "hard_quota": 7}
    state = ibm.apply(BUCKET, **BASE, **arguments).state
    from vbrprov_ibm.bucket.model import place_of

    s3 = ibm.client.s3_at(place_of(ibm.client, state))
    s3.put_bucket_versioning(Bucket="backups-1", VersioningConfiguration={"Status": "Suspended"})
    ibm.client.rest.call("resource_configuration", "PATCH", "/v1/b/backups-1", "x",
                         {"hard_quota": 9})
    live = ibm.read(BUCKET, state)
    assert (live.object_versioning.enable, live.hard_quota) == (False, 9)
    run = ibm.apply(BUCKET, live, **BASE, **arguments)
    assert run.steps == ["versioning", "verify", "configuration"]
    ibm.settled(BUCKET, run.state, **BASE, **arguments)


def test_a_foreign_default_retention_is_seen(ibm: Any) -> None:
    from vbrprov_ibm.bucket.model import place_of

    state = ibm.apply(BUCKET, **BASE, object_lock=True).state
    ibm.client.s3_at(place_of(ibm.client, state)).put_object_lock_configuration(
        Bucket="backups-1", ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 9}}})
    assert ibm.read(BUCKET, state).live_default_retention["days"] == 9


def test_an_existing_bucket_is_not_taken_over(ibm: Any) -> None:
    ibm.apply(BUCKET, **BASE)
    with pytest.raises(ProviderError) as caught:
        ibm.apply(BUCKET, **BASE)
    assert caught.value.kind is ErrorClass.EXISTS


@pytest.mark.parametrize(("ago", "verdict"), [
    (0, ProbeVerdict.OURS), (-3600, ProbeVerdict.FOREIGN)])
def test_recovery(ibm: Any, ago: float, verdict: ProbeVerdict) -> None:
    planned = ibm.plan(BUCKET, **BASE, object_lock=True)
    run = ibm.run(BUCKET, None, planned.model, stop_after="create")
    found = BUCKET.probe(ibm.client, ibm.intent(run.identities[0], ago=ago), ibm.ctx)
    assert found.verdict is verdict
    if found.state is not None:
        assert (found.state.storage_class, found.state.region_location) == ("smart", "us-south")
        assert ibm.apply(BUCKET, found.state, **BASE, object_lock=True).state.object_lock


def test_recovery_finds_nothing(ibm: Any) -> None:
    planned = ibm.plan(BUCKET, **BASE)
    run = ibm.run(BUCKET, None, planned.model, stop_after="create")
    identity = {**run.identities[0], "bucket": "another"}
    found = BUCKET.probe(ibm.client, ibm.intent(identity), ibm.ctx)
    assert found.verdict is ProbeVerdict.ABSENT


def test_import(ibm: Any) -> None:
    state = ibm.apply(BUCKET, **{**BASE, "storage_class": "standard"}, object_lock=True).state
    found = BUCKET.import_state(ibm.client, f"{state.crn}:meta:rl:us-south:public", ibm.ctx)
    assert (found.object_lock, found.versioning_status) == (True, "Enabled")
    again = ibm.plan(BUCKET, found, **{**BASE, "storage_class": "standard"}, object_lock=True)
    assert again.draft.replace == set()
    with pytest.raises(ProviderError, match="not of the form"):
        BUCKET.import_state(ibm.client, "backups-1", ibm.ctx)


def test_destroy(ibm: Any) -> None:
    from vbrprov_ibm.bucket.model import place_of

    state = ibm.apply(BUCKET, **BASE, deletion_policy="DELETE",
                      object_versioning={"enable": True}).state
    ibm.client.s3_at(place_of(ibm.client, state)).put_object(
        Bucket="backups-1", Key="a", Body=b"x")
    with pytest.raises(ProviderError, match="not empty"):
        ibm.destroy(BUCKET, state)
    assert ibm.destroy(BUCKET, state.copy(force_delete=True)).steps == ["empty", "delete"]
    assert ibm.read(BUCKET, state) is None
    assert BUCKET.plan_destroy(state.to_values()) is None
    assert BUCKET.plan_destroy(state.copy(deletion_policy="PREVENT").to_values())


def test_force_delete_never_bypasses_a_lock(ibm: Any) -> None:
    from datetime import UTC, datetime, timedelta

    from vbrprov_ibm.bucket.model import place_of

    state = ibm.apply(BUCKET, **BASE, deletion_policy="DELETE", object_lock=True,
                      force_delete=True).state
    ibm.client.s3_at(place_of(ibm.client, state)).put_object(
        Bucket="backups-1", Key="a", Body=b"x", ObjectLockMode="COMPLIANCE",
        ChecksumAlgorithm="CRC32", ObjectLockRetainUntilDate=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(ProviderError) as caught:
        ibm.destroy(BUCKET, state)
    assert caught.value.kind is ErrorClass.LOCKED
    live = ibm.read(BUCKET, state)
    assert "never bypassed" in str(BUCKET.plan_destroy(live.to_values()))


def test_data_source(ibm: Any) -> None:
    made = ibm.apply(BUCKET, **BASE, object_lock=True, hard_quota=1000).state
    config = CosBucketDataModel(
        bucket_name="backups-1", resource_instance_id=INSTANCE, bucket_type="region_location",
        bucket_region="us-south")
    found = CosBucketData().read(ibm.client, config, ibm.ctx)
    for name in ("crn", "object_lock", "hard_quota", "versioning_status", "endpoint",
                 "immutable_object_storage", "unreadable_facets"):
        assert getattr(found, name) == getattr(made, name), name
    assert found.object_versioning.enable
    with pytest.raises(ProviderError) as caught:
        CosBucketData().read(ibm.client, config.copy(bucket_name="backups-2"), ibm.ctx)
    assert caught.value.kind is ErrorClass.NOT_FOUND
