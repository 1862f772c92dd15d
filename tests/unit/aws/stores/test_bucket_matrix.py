"""Buckets through their whole life on every server, facet by facet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_aws.resources.s3_bucket import S3Bucket
from vbrprov_aws.resources.s3_bucket_policy import S3BucketPolicy

BUCKET = S3Bucket()
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Facet:
    """One facet: arguments with and without it, a change, and what somebody does by hand.

    ``step`` is the step that writes it; ``with_create`` says that the creation itself sets it.
    """

    name: str
    step: str
    on: Arguments
    changed: Arguments
    by_hand: Callable[[Any, str], Any]
    off: Arguments = field(default_factory=dict)
    base: Arguments = field(default_factory=dict)
    with_create: bool = False


def _retention(days: int) -> Arguments:
    return {"object_lock_configuration": {"rule": {"default_retention": {
        "mode": "GOVERNANCE", "days": days, "years": None}}}}


def _rule(days: int) -> Arguments:
    return {"lifecycle_rule": [{"id": "uploads", "abort_incomplete_multipart_upload_days": days},
                               {"id": "old", "prefix": "logs/", "expiration_days": days}]}


def _lock_by_hand(s3: Any, bucket: str) -> None:
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 9}}})


def _rules_by_hand(s3: Any, bucket: str) -> None:
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "by-hand", "Status": "Enabled", "Filter": {"Prefix": ""},
         "Expiration": {"Days": 1}}]})


FACETS = [
    Facet("versioning", "versioning", {"versioning": {"status": "Enabled"}},
          {"versioning": {"status": "Suspended"}},
          lambda s3, b: s3.put_bucket_versioning(
              Bucket=b, VersioningConfiguration={"Status": "Suspended"})),
    Facet("object_lock", "object_lock", {**_retention(1)}, {**_retention(2)}, _lock_by_hand,
          off={"object_lock_configuration": {"rule": None}}, base={"object_lock_enabled": True}),
    Facet("encryption", "encryption",
          {"server_side_encryption_configuration": {"sse_algorithm": "AES256"}},
          {"server_side_encryption_configuration": {
              "sse_algorithm": "aws:kms", "kms_master_key_id": "alias/backups"}},
          lambda s3, b: s3.put_bucket_encryption(
              Bucket=b, ServerSideEncryptionConfiguration={"Rules": [{
                  "ApplyServerSideEncryptionByDefault": {
                      "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/by-hand"}}]})),
    Facet("public_access_block", "public_access_block",
          {"public_access_block": {"block_public_acls": True}},
          {"public_access_block": {"block_public_acls": False}},
          lambda s3, b: s3.delete_public_access_block(Bucket=b)),
    Facet("ownership_controls", "ownership_controls",
          {"ownership_controls": {"object_ownership": "BucketOwnerEnforced"}},
          {"ownership_controls": {"object_ownership": "ObjectWriter"}},
          lambda s3, b: s3.put_bucket_ownership_controls(
              Bucket=b, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}),
          with_create=True),
    Facet("lifecycle", "lifecycle", _rule(7), _rule(8), _rules_by_hand),
    Facet("tags", "tags", {"tags": {"team": "backup"}}, {"tags": {"team": "other", "b": "2"}},
          lambda s3, b: s3.delete_bucket_tagging(Bucket=b)),
]
of_each = pytest.mark.parametrize("facet", FACETS, ids=lambda f: f.name)


def everything(bucket: str, skipped: frozenset[str]) -> Arguments:
    """A bucket with every facet stated."""
    out: Arguments = {"bucket": bucket, "object_lock_enabled": True}
    for facet in FACETS:
        if facet.name not in skipped | {"versioning"}:
            out |= facet.changed
    return out


@of_each
def test_create_with_and_without(live: Any, bucket: str, facet: Facet, differs: Any) -> None:
    differs(facet.name)
    for name, given in ((bucket, facet.on), (f"{bucket}-off", facet.off)):
        arguments = {"bucket": name, **facet.base, **given}
        run = live.apply(BUCKET, **arguments)
        assert run.steps[0] == "create"
        assert run.steps[-1] == "verify"
        if given is facet.on:
            assert (facet.step in run.steps) is not facet.with_create
        live.settled(BUCKET, run.state, **arguments)


@of_each
def test_change(live: Any, bucket: str, facet: Facet, differs: Any) -> None:
    differs(facet.name)
    start = {"bucket": bucket, **facet.base, **facet.on}
    state = live.apply(BUCKET, **start).state
    changed = {"bucket": bucket, **facet.base, **facet.changed}
    run = live.apply(BUCKET, state, **changed)
    assert run.steps == [facet.step, "verify"]
    live.settled(BUCKET, run.state, **changed)
    back = live.apply(BUCKET, run.state, **start)
    assert back.steps == [facet.step, "verify"]
    live.settled(BUCKET, back.state, **start)


@of_each
def test_drift_by_hand(live: Any, bucket: str, facet: Facet, differs: Any) -> None:
    differs(facet.name)
    arguments = {"bucket": bucket, **facet.base, **facet.on}
    state = live.apply(BUCKET, **arguments).state
    facet.by_hand(live.client.s3(), bucket)
    seen = live.read(BUCKET, state)
    assert seen != state
    assert live.plan(BUCKET, seen, **arguments).changed
    run = live.apply(BUCKET, seen, **arguments)
    assert run.steps == [facet.step, "verify"]
    live.settled(BUCKET, run.state, **arguments)


def _stopped(live: Any, arguments: Arguments, after: int) -> tuple[list[str], Any]:
    """Run a creation up to and with step *after*; what is recorded is what came before it."""
    planned = live.plan(BUCKET, **arguments)
    steps = BUCKET.steps(live.client, None, planned.model, live.ctx)
    done: list[str] = []
    recorded: Any = None
    step = next(steps)
    while True:
        result = step.run()
        done.append(step.id)
        if len(done) == after + 1:
            return done, recorded
        recorded = result if result is not None else recorded
        step = steps.send(result)


def test_crash_at_each_facet(live: Any, bucket: str) -> None:
    """Each call is done and its outcome lost: the next apply goes on, and repeats nothing."""
    skipped = live.client.skip_bucket_facets
    ids = live.apply(BUCKET, **everything(bucket, skipped)).steps
    assert ids[0] == "create"
    assert set(ids) >= {f.step for f in FACETS if f.name not in skipped | {"versioning"}}
    for index in range(len(ids)):
        name = f"{bucket}-{index}"
        arguments = everything(name, skipped)
        done, recorded = _stopped(live, arguments, index)
        if recorded is None:
            identity = {"bucket": name, "region": "us-east-1", "account": live.client.account_id()}
            found = BUCKET.probe(live.client, live.intent(identity), live.ctx)
            assert found.verdict is ProbeVerdict.OURS
            recorded = found.state
        again = live.apply(BUCKET, live.read(BUCKET, recorded), **arguments)
        # Lifecycle rules count as ours once they are recorded; until then they are written again.
        assert not set(done) & set(again.steps) - {"verify", "lifecycle"}, (done, again.steps)
        live.settled(BUCKET, again.state, **arguments)


def test_object_lock_is_turned_on_later(live: Any, bucket: str) -> None:
    state = live.apply(BUCKET, bucket=bucket).state
    assert state.versioning_status == "Disabled"
    run = live.apply(BUCKET, state, bucket=bucket, object_lock_enabled=True)
    assert run.steps == ["versioning", "object_lock", "verify"]
    live.settled(BUCKET, run.state, bucket=bucket, object_lock_enabled=True)
    refused = live.plan(BUCKET, run.state, bucket=bucket, object_lock_enabled=False)
    assert refused.errors == ["Object lock cannot be turned off"]


def test_own_bucket_is_never_taken_over(live: Any, bucket: str) -> None:
    live.client.s3().create_bucket(Bucket=bucket)
    with pytest.raises(ProviderError) as caught:
        live.apply(BUCKET, bucket=bucket)
    assert caught.value.kind is ErrorClass.EXISTS
    assert f"vbrprov import ADDRESS {bucket}" in caught.value.hint


def test_import(live: Any, bucket: str) -> None:
    arguments = {"bucket": bucket, "object_lock_enabled": True, "tags": {"a": "1"},
                 "deletion_policy": "PREVENT"}
    state = live.apply(BUCKET, **arguments).state
    found = BUCKET.import_state(live.client, bucket, live.ctx)
    assert live.plan(BUCKET, found, **arguments).changed == []
    assert found.versioning_status == state.versioning_status


def test_destroy(live: Any, bucket: str) -> None:
    """Versions and delete markers keep a bucket; force_destroy removes both."""
    arguments = {"bucket": bucket, "versioning": {"status": "Enabled"}, "deletion_policy": "DELETE"}
    state = live.apply(BUCKET, **arguments).state
    s3 = live.client.s3()
    for body in (b"1", b"2"):
        s3.put_object(Bucket=bucket, Key="a", Body=body)
    s3.delete_object(Bucket=bucket, Key="a")
    s3.create_multipart_upload(Bucket=bucket, Key="unfinished")
    with pytest.raises(ProviderError) as caught:
        live.destroy(BUCKET, state)
    assert caught.value.summary == "Bucket is not empty"
    forced = live.apply(BUCKET, state, **arguments, force_destroy=True).state
    assert live.destroy(BUCKET, forced).steps == ["empty", "delete"]
    assert live.read(BUCKET, forced) is None
    assert live.destroy(BUCKET, forced).steps == ["empty", "delete"]


@pytest.mark.parametrize("hold", ["retention", "legal hold"])
def test_locked_versions_are_never_bypassed(live: Any, bucket: str, hold: str) -> None:
    from datetime import UTC, datetime, timedelta

    arguments = {"bucket": bucket, "object_lock_enabled": True, "deletion_policy": "DELETE",
                 "force_destroy": True}
    state = live.apply(BUCKET, **arguments).state
    s3 = live.client.s3()
    until = datetime.now(UTC) + timedelta(days=2)
    locked = ({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
              if hold == "retention" else {"ObjectLockLegalHoldStatus": "ON"})
    version = s3.put_object(Bucket=bucket, Key="held", Body=b"x", **locked)["VersionId"]
    s3.put_object(Bucket=bucket, Key="free", Body=b"x")
    s3.delete_object(Bucket=bucket, Key="held")
    assert BUCKET.plan_destroy(state.to_values()) is None
    # A plan refreshes first, and then refuses; so does an apply that did not see it coming.
    seen = live.read(BUCKET, state)
    refused = BUCKET.plan_destroy(seen.to_values())
    assert refused is not None
    assert (f"{until:%Y-%m-%d}" if hold == "retention" else "legal hold") in refused
    assert live.plan(BUCKET, seen, **arguments).changed == []
    with pytest.raises(ProviderError) as caught:
        live.destroy(BUCKET, state)
    assert caught.value.kind is ErrorClass.LOCKED
    if hold == "retention":
        assert f"{until:%Y-%m-%d}" in caught.value.detail
    # Nothing was deleted before the lock was met.
    left = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert {entry["Key"] for entry in left} == {"held", "free"}
    assert s3.head_object(Bucket=bucket, Key="held", VersionId=version)


def test_bucket_policy(live: Any, bucket: str) -> None:
    import json

    def document(action: str) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": [
            {"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": action,
             "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
             "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})

    kind = S3BucketPolicy()
    state = live.apply(BUCKET, bucket=bucket).state
    made = live.apply(kind, bucket=bucket, policy=document("s3:GetObject")).state
    live.settled(kind, made, bucket=bucket, policy=document("s3:GetObject"))
    changed = live.apply(kind, made, bucket=bucket, policy=document("s3:PutObject"))
    assert changed.steps == ["policy"]
    live.settled(kind, changed.state, bucket=bucket, policy=document("s3:PutObject"))
    live.destroy(kind, changed.state)
    assert live.read(kind, changed.state) is None
    assert live.read(BUCKET, state) == state
