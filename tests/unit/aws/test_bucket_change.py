"""Changing, reading and importing buckets."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.provider import DefaultTagsBlock
from vbrprov_aws.resources.s3_bucket import S3Bucket
from vbrprov_s3.bucket.model import EncryptionBlock, LockConfigurationBlock, VersioningBlock

BUCKET = S3Bucket()
NAME = "changing"


def make(aws: Any, **arguments: Any) -> Any:
    return aws.apply(BUCKET, bucket=NAME, **arguments).state


@pytest.mark.parametrize(("after", "steps"), [
    ({"versioning": {"status": "Enabled"}}, ["versioning", "verify"]),
    ({"object_lock_enabled": True}, ["versioning", "object_lock", "verify"]),
    ({"tags": {"a": "b"}}, ["tags", "verify"]),
    ({"server_side_encryption_configuration": {"sse_algorithm": "aws:kms"}},
     ["encryption", "verify"]),
    ({"public_access_block": {"block_public_acls": False}}, ["public_access_block", "verify"]),
    ({"ownership_controls": {"object_ownership": "ObjectWriter"}},
     ["ownership_controls", "verify"]),
    ({"lifecycle_rule": [{"id": "x", "expiration_days": 1}]}, ["lifecycle", "verify"]),
    ({"force_destroy": True}, ["settings"]),
    ({"deletion_policy": "DELETE"}, ["settings"]),
])
def test_each_update_writes_its_own_facet(aws: Any, after: Any, steps: Any) -> None:
    state = make(aws)
    run = aws.apply(BUCKET, state, bucket=NAME, **after)
    assert run.steps == steps
    aws.settled(BUCKET, run.state, bucket=NAME, **after)


def test_object_lock_is_turned_on_in_place(aws: Any, double: Any) -> None:
    state = make(aws, versioning=VersioningBlock(status="Enabled"))
    planned = aws.plan(BUCKET, state, bucket=NAME, object_lock_enabled=True)
    assert planned.draft.replace == set()
    run = aws.run(BUCKET, state, planned.model)
    assert run.steps == ["object_lock", "verify"]
    assert run.state.object_lock_enabled is True
    assert "DeleteBucket" not in double.operations()


def test_removed_lifecycle_rule_goes(aws: Any) -> None:
    state = make(aws, lifecycle_rule=[{"id": "x", "expiration_days": 1}])
    run = aws.apply(BUCKET, state, bucket=NAME)
    assert run.steps == ["lifecycle", "verify"]
    assert run.state.live_lifecycle_rules == []


def add_rule(aws: Any, **rule: Any) -> None:
    aws.client.s3().put_bucket_lifecycle_configuration(
        Bucket=NAME, LifecycleConfiguration={"Rules": [
            {"ID": "foreign", "Status": "Enabled", "Filter": {"Prefix": ""}, **rule}]})


def test_foreign_lifecycle_rule_is_seen_and_left(aws: Any) -> None:
    state = make(aws)
    add_rule(aws, Expiration={"Days": 5})
    live = aws.read(BUCKET, state)
    assert live.live_lifecycle_rules == [
        {"id": "foreign", "enabled": True, "prefix": "", "only_abort_multipart": False}]
    assert live.lifecycle_rule == []
    assert aws.apply(BUCKET, live, bucket=NAME).steps == []


def test_purge_removes_what_others_made(aws: Any) -> None:
    state = make(aws)
    add_rule(aws, Expiration={"Days": 5})
    live = aws.read(BUCKET, state)
    planned = aws.plan(BUCKET, live, bucket=NAME, purge_lifecycle_rules=True)
    assert "live_lifecycle_rules" in planned.changed
    assert planned.model.live_lifecycle_rules == []
    run = aws.run(BUCKET, live, planned.model)
    assert run.steps == ["lifecycle_purge", "verify"]
    aws.settled(BUCKET, run.state, bucket=NAME, purge_lifecycle_rules=True)


def test_drift_of_a_stated_rule_is_repaired(aws: Any) -> None:
    arguments = {"lifecycle_rule": [{"id": "foreign", "expiration_days": 5}]}
    state = make(aws, **arguments)
    # The same rule with a transition beside the expiration: more than the block says.
    add_rule(aws, Expiration={"Days": 5}, Transitions=[{"Days": 1, "StorageClass": "GLACIER"}])
    live = aws.read(BUCKET, state)
    assert live != state
    run = aws.apply(BUCKET, live, bucket=NAME, **arguments)
    assert run.steps == ["lifecycle", "verify"]
    aws.settled(BUCKET, run.state, bucket=NAME, **arguments)


def test_foreign_default_retention_is_seen_and_cleared_when_stated(aws: Any) -> None:
    state = make(aws, object_lock_enabled=True)
    aws.client.s3().put_object_lock_configuration(
        Bucket=NAME, ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 9}}})
    live = aws.read(BUCKET, state)
    assert live.live_default_retention == {"mode": "COMPLIANCE", "days": 9, "years": None}
    assert aws.apply(BUCKET, live, bucket=NAME, object_lock_enabled=True).steps == []
    arguments = {"object_lock_enabled": True, "object_lock_configuration": {}}
    planned = aws.plan(BUCKET, live, bucket=NAME, **arguments)
    assert planned.model.live_default_retention is None
    run = aws.run(BUCKET, live, planned.model)
    assert run.steps == ["object_lock", "verify"]
    assert run.state.live_default_retention is None
    aws.settled(BUCKET, run.state, bucket=NAME, **arguments)


@pytest.mark.parametrize(("change", "facet"), [
    (lambda s3: s3.put_bucket_versioning(
        Bucket=NAME, VersioningConfiguration={"Status": "Suspended"}), "versioning"),
    (lambda s3: s3.delete_public_access_block(Bucket=NAME), "public_access_block"),
    (lambda s3: s3.put_bucket_tagging(
        Bucket=NAME, Tagging={"TagSet": [{"Key": "other", "Value": "x"}]}), "tags"),
    (lambda s3: s3.put_bucket_ownership_controls(
        Bucket=NAME, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}),
     "ownership_controls"),
    (lambda s3: s3.put_bucket_encryption(
        Bucket=NAME, ServerSideEncryptionConfiguration={"Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}), "encryption"),
])
def test_drift_is_seen_and_repaired(aws: Any, change: Any, facet: Any) -> None:
    arguments = {
        "versioning": VersioningBlock(status="Enabled"), "tags": {"a": "b"},
        "ownership_controls": {"object_ownership": "BucketOwnerEnforced"},
        "server_side_encryption_configuration": EncryptionBlock()}
    state = make(aws, **arguments)
    change(aws.client.s3())
    live = aws.read(BUCKET, state)
    assert live != state
    run = aws.apply(BUCKET, live, bucket=NAME, **arguments)
    assert run.steps == [facet, "verify"]
    aws.settled(BUCKET, run.state, bucket=NAME, **arguments)


def test_a_block_without_default_retention_is_recorded(aws: Any) -> None:
    state = make(aws, object_lock_enabled=True)
    arguments = {"bucket": NAME, "object_lock_enabled": True, "object_lock_configuration": {}}
    run = aws.apply(BUCKET, state, **arguments)
    assert run.steps == ["settings"]
    aws.settled(BUCKET, run.state, **arguments)


def test_an_empty_key_of_the_encryption_is_none(aws: Any) -> None:
    arguments = {"bucket": NAME,
                 "server_side_encryption_configuration": {"kms_master_key_id": ""}}
    aws.settled(BUCKET, aws.apply(BUCKET, **arguments).state, **arguments)


def test_an_empty_tag_value_is_a_value(aws: Any) -> None:
    arguments = {"bucket": NAME, "tags": {"empty": "", "a b/c:d+e=f@-_.": "ü"}}
    aws.settled(BUCKET, aws.apply(BUCKET, **arguments).state, **arguments)


def test_default_tags_are_added_and_not_shown_as_ones_own(aws: Any, configure: Any) -> None:
    aws.client = configure(
        default_tags=DefaultTagsBlock(tags={"stack": "one", "a": "default"}))
    run = aws.apply(BUCKET, bucket=NAME, tags={"a": "mine"})
    assert run.state.tags == {"a": "mine"}
    assert run.state.tags_all == {"a": "mine", "stack": "one"}
    aws.settled(BUCKET, run.state, bucket=NAME, tags={"a": "mine"})
    plain = aws.apply(BUCKET, bucket="untagged")
    assert plain.state.tags is None
    assert plain.state.tags_all == {"a": "default", "stack": "one"}
    aws.settled(BUCKET, plain.state, bucket="untagged")


def test_import(aws: Any) -> None:
    made = make(aws, object_lock_enabled=True, tags={"a": "b"})
    found = BUCKET.import_state(aws.client, NAME, aws.ctx)
    assert found == made
    assert aws.apply(BUCKET, found, bucket=NAME, object_lock_enabled=True,
                     tags={"a": "b"}).steps == []
    assert BUCKET.import_state(aws.client, "no-such-bucket", aws.ctx) is None


def test_import_of_a_bucket_in_another_region(aws: Any) -> None:
    aws.apply(BUCKET, bucket=NAME, region="eu-central-1")
    found = BUCKET.import_state(aws.client, NAME, aws.ctx)
    assert found.region == "eu-central-1"


def test_gone_and_denied_are_different(aws: Any, double: Any) -> None:
    state = make(aws)
    double.fault("HeadBucket", code="AccessDenied")
    with pytest.raises(ProviderError) as caught:
        aws.read(BUCKET, state)
    assert caught.value.kind is ErrorClass.DENIED
    assert "s3:ListBucket" in caught.value.detail
    aws.client.s3().delete_bucket(Bucket=NAME)
    assert aws.read(BUCKET, state) is None


DENIABLE = (
    ("GetBucketLifecycleConfiguration", "lifecycle", "live_lifecycle_rules"),
    ("GetBucketReplication", "replication", "replication_enabled"),
    ("ListBucketIntelligentTieringConfigurations", "intelligent_tiering",
     "intelligent_tiering_count"),
    ("GetBucketVersioning", "versioning", "versioning_status"),
    ("GetObjectLockConfiguration", "object_lock", "live_default_retention"),
    ("GetPublicAccessBlock", "public_access_block", None),
    ("GetBucketEncryption", "encryption", None),
    ("GetBucketOwnershipControls", "ownership_controls", None),
    ("GetBucketTagging", "tags", None),
)


def test_a_facet_that_may_not_be_read_is_unknown_and_plans_nothing(aws: Any, double: Any) -> None:
    arguments = {"tags": {"a": "b"}, "object_lock_enabled": True}
    state = make(aws, **arguments)
    for operation, facet, attribute in DENIABLE:
        double.fault(operation, code="AccessDenied")
        live = aws.read(BUCKET, state)
        assert live.unreadable_facets == [facet]
        if attribute:
            assert getattr(live, attribute) is None
        assert aws.apply(BUCKET, live, bucket=NAME, **arguments).steps == []


def test_an_empty_lock_block_removes_a_retention_that_may_not_be_read(aws: Any,
                                                                      double: Any) -> None:
    state = make(aws, object_lock_enabled=True)
    lock = {"ObjectLockEnabled": "Enabled"}
    aws.client.s3().put_object_lock_configuration(Bucket=NAME, ObjectLockConfiguration={
        **lock, "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}})
    double.fault("GetObjectLockConfiguration", code="AccessDenied")
    live = aws.read(BUCKET, state)
    aws.apply(BUCKET, live, bucket=NAME, object_lock_enabled=True,
              object_lock_configuration=LockConfigurationBlock())
    found = aws.client.s3().get_object_lock_configuration(Bucket=NAME)
    assert found["ObjectLockConfiguration"] == lock


def test_replication_is_seen(aws: Any) -> None:
    state = make(aws, versioning=VersioningBlock(status="Enabled"))
    aws.client.s3().create_bucket(Bucket="copy")
    aws.client.s3().put_bucket_versioning(
        Bucket="copy", VersioningConfiguration={"Status": "Enabled"})
    aws.client.s3().put_bucket_replication(Bucket=NAME, ReplicationConfiguration={
        "Role": "arn:aws:iam::123456789012:role/r", "Rules": [
            {"ID": "r", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": ""},
             "DeleteMarkerReplication": {"Status": "Disabled"},
             "Destination": {"Bucket": "arn:aws:s3:::copy"}}]})
    assert aws.read(BUCKET, state).replication_enabled is True


def test_lost_answer_of_a_repeatable_step(aws: Any, double: Any) -> None:
    state = make(aws)
    double.fault("PutBucketTagging", kind="drop_after", times=0)
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, state, bucket=NAME, tags={"a": "b"})
    assert caught.value.kind is ErrorClass.LOST
    live = aws.read(BUCKET, state)
    assert live.tags == {"a": "b"}


def test_server_is_down(aws: Any, double: Any) -> None:
    state = make(aws)
    double.fault("HeadBucket", kind="drop_before", times=0)
    with pytest.raises(ProviderError) as caught:
        aws.read(BUCKET, state)
    assert caught.value.kind is ErrorClass.UNREACHABLE
