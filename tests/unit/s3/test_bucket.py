"""The bucket aggregate on every store: create, change, drift, recovery, destroy."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_s3.resources.bucket import S3CompatibleBucket

BUCKET = S3CompatibleBucket()

#: Arguments, the steps of a creation with them, and what a store must not lack for it.
FACETS: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "nothing": ({}, [], ""),
    "versioning": ({"versioning": {"status": "Enabled"}}, ["versioning"], ""),
    "lock": ({"object_lock_enabled": True}, [], ""),
    "retention": (
        {"object_lock_enabled": True, "object_lock_configuration": {
            "rule": {"default_retention": {"mode": "GOVERNANCE", "days": 3}}}},
        ["object_lock"], ""),
    "encryption": ({"server_side_encryption_configuration": {"sse_algorithm": "AES256"}},
                   ["encryption"], ""),
    "access": ({"public_access_block": {}}, ["public_access_block"], "no_public_access_block"),
    "ownership": ({"ownership_controls": {"object_ownership": "BucketOwnerEnforced"}},
                  [], ""),
    "lifecycle": ({"lifecycle_rule": [{"id": "x", "expiration_days": 9}]}, ["lifecycle"], ""),
    "tags": ({"tags": {"a": "b"}}, ["tags"], ""),
}


def possible(store: Any, facet: str) -> dict[str, Any]:
    arguments, _, lacking = FACETS[facet]
    if lacking in store.differs:
        pytest.skip(f"{store.name}: {lacking}")
    return arguments


@pytest.mark.parametrize("facet", FACETS)
def test_create_with_each_facet_and_settle(s3: Any, store: Any, name: str, facet: str) -> None:
    arguments = possible(store, facet)
    run = s3.apply(BUCKET, bucket=name, **arguments)
    assert [step for step in run.steps if step not in ("create", "verify", "ownership_controls")
            ] == FACETS[facet][1]
    assert run.state.arn == f"arn:aws:s3:::{name}"
    assert run.state.endpoint == store.endpoint
    s3.settled(BUCKET, run.state, bucket=name, **arguments)


@pytest.mark.parametrize("facet", [f for f in FACETS if f not in ("nothing", "lock", "retention")])
def test_each_facet_is_changed_in_place(s3: Any, store: Any, name: str, facet: str) -> None:
    arguments = possible(store, facet)
    state = s3.apply(BUCKET, bucket=name).state
    planned = s3.plan(BUCKET, state, bucket=name, **arguments)
    assert not planned.errors
    assert planned.draft.replace == set()
    run = s3.run(BUCKET, state, planned.model)
    s3.settled(BUCKET, run.state, bucket=name, **arguments)


def test_what_is_not_stated_is_left_alone(s3: Any, name: str) -> None:
    state = s3.apply(BUCKET, bucket=name).state
    s3.client.s3().put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    live = s3.read(BUCKET, state)
    assert live.server_side_encryption_configuration.sse_algorithm == "AES256"
    assert s3.plan(BUCKET, live, bucket=name).changed == []


def test_drift_by_hand_is_repaired(s3: Any, name: str) -> None:
    arguments: dict[str, Any] = {"versioning": {"status": "Enabled"}, "tags": {"a": "b"}}
    state = s3.apply(BUCKET, bucket=name, **arguments).state
    s3.client.s3().put_bucket_versioning(Bucket=name,
                                         VersioningConfiguration={"Status": "Suspended"})
    s3.client.s3().delete_bucket_tagging(Bucket=name)
    live = s3.read(BUCKET, state)
    assert live.versioning_status == "Suspended"
    run = s3.apply(BUCKET, live, bucket=name, **arguments)
    assert run.steps == ["versioning", "tags", "verify"]
    s3.settled(BUCKET, run.state, bucket=name, **arguments)


def test_an_existing_bucket_is_never_taken_over(s3: Any, name: str) -> None:
    s3.apply(BUCKET, bucket=name)
    with pytest.raises(ProviderError) as caught:
        s3.apply(BUCKET, bucket=name)
    assert caught.value.kind is ErrorClass.EXISTS


@pytest.mark.parametrize("ago", [0.0, 3600.0])
def test_recovery_by_name_and_time(s3: Any, name: str, ago: float) -> None:
    planned = s3.plan(BUCKET, bucket=name)
    run = s3.run(BUCKET, None, planned.model, stop_after="create")
    found = BUCKET.probe(s3.client, s3.intent(run.identities[0], ago=ago), s3.ctx)
    assert found.verdict is ProbeVerdict.OURS
    later = BUCKET.probe(s3.client, s3.intent(run.identities[0], ago=-3600.0), s3.ctx)
    assert later.verdict is ProbeVerdict.FOREIGN


def test_recovery_finds_nothing(s3: Any, name: str) -> None:
    intent = s3.intent({"bucket": name, "region": "us-east-1"})
    assert BUCKET.probe(s3.client, intent, s3.ctx).verdict is ProbeVerdict.ABSENT


@pytest.mark.parametrize("facet", ["versioning", "lifecycle", "tags"])
def test_a_run_cut_off_at_a_facet_is_resumed(s3: Any, store: Any, name: str, facet: str) -> None:
    arguments = {"versioning": {"status": "Enabled"}, "tags": {"a": "b"},
                 "lifecycle_rule": [{"id": "x", "expiration_days": 9}]}
    planned = s3.plan(BUCKET, bucket=name, **arguments)
    cut = s3.run(BUCKET, None, planned.model, stop_after=facet)
    live = s3.read(BUCKET, cut.state)
    run = s3.apply(BUCKET, live, bucket=name, **arguments)
    assert "create" not in run.steps
    s3.settled(BUCKET, run.state, bucket=name, **arguments)


def test_import_and_destroy(s3: Any, name: str) -> None:
    s3.apply(BUCKET, bucket=name, versioning={"status": "Enabled"})
    imported = BUCKET.import_state(s3.client, name, s3.ctx)
    assert imported.versioning_status == "Enabled"
    state = s3.apply(BUCKET, imported, bucket=name, versioning={"status": "Enabled"},
                     deletion_policy="DELETE").state
    assert s3.destroy(BUCKET, state).steps == ["delete"]
    assert s3.read(BUCKET, state) is None


def test_destroy_empties_versions_and_markers_when_told(s3: Any, name: str) -> None:
    arguments: dict[str, Any] = {"versioning": {"status": "Enabled"}, "deletion_policy": "DELETE"}
    state = s3.apply(BUCKET, bucket=name, **arguments).state
    objects = s3.client.s3()
    for _ in range(2):
        objects.put_object(Bucket=name, Key="a", Body=b"x")
    objects.delete_object(Bucket=name, Key="a")
    with pytest.raises(ProviderError, match="not empty"):
        s3.destroy(BUCKET, state)
    state = s3.apply(BUCKET, state, bucket=name, force_destroy=True, **arguments).state
    assert s3.destroy(BUCKET, state).steps == ["empty", "delete"]
    assert s3.read(BUCKET, state) is None


def test_force_destroy_never_bypasses_a_lock(s3: Any, name: str) -> None:
    from datetime import UTC, datetime, timedelta

    state = s3.apply(BUCKET, bucket=name, object_lock_enabled=True, force_destroy=True,
                     deletion_policy="DELETE").state
    s3.client.s3().put_object(
        Bucket=name, Key="a", Body=b"x", ObjectLockMode="COMPLIANCE", ChecksumAlgorithm="CRC32",
        ObjectLockRetainUntilDate=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(ProviderError) as caught:
        s3.destroy(BUCKET, state)
    assert caught.value.kind is ErrorClass.LOCKED
    assert len(s3.client.s3().list_object_versions(Bucket=name)["Versions"]) == 1


def test_destroying_is_prevented_by_default(s3: Any, name: str) -> None:
    state = s3.apply(BUCKET, bucket=name).state
    assert "PREVENT" in str(BUCKET.plan_destroy(state.to_values()))


def test_known_differences_are_still_there(s3: Any, store: Any, name: str) -> None:
    """A difference that went away must leave the table."""
    s3.apply(BUCKET, bucket=name, object_lock_enabled=True)
    client = s3.client.s3()

    def refused(call: Any) -> bool:
        from botocore.exceptions import ClientError

        try:
            call()
        except ClientError:
            return True
        return False

    suspends = not refused(lambda: client.put_bucket_versioning(
        Bucket=name, VersioningConfiguration={"Status": "Suspended"}))
    assert suspends == ("suspends_locked" in store.differs)
    capability = s3.client.capability()
    assert (capability.public_access_block is False) == ("no_public_access_block" in store.differs)


class TestPlan:
    def test_a_facet_that_the_store_lacks_is_refused(self, s3: Any, store: Any, name: str) -> None:
        if "no_public_access_block" not in store.differs:
            pytest.skip(f"{store.name} has a public access block")
        s3.apply(BUCKET, bucket=name)
        planned = s3.plan(BUCKET, bucket="other-bucket", public_access_block={})
        assert planned.errors == ["Not supported by this store"]

    def test_a_location_is_not_changed_and_not_asked_of_an_import(self, s3: Any, name: str) -> None:
        state = s3.apply(BUCKET, bucket=name).state
        planned = s3.plan(BUCKET, state, bucket=name, location_constraint="zone:fast")
        assert planned.draft.replace == set()
        stated = state.copy(location_constraint="zone:slow")
        assert s3.plan(BUCKET, stated, bucket=name, location_constraint="zone:fast"
                       ).draft.replace == {"location_constraint"}
