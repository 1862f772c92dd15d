"""Creating buckets: calls in order, names, regions, refusals."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.resources.s3_bucket import S3Bucket
from vbrprov_s3.bucket.model import (
    EncryptionBlock,
    OwnershipBlock,
    PublicAccessBlock,
    VersioningBlock,
)

BUCKET = S3Bucket()


def test_immutable_bucket_is_created_facet_by_facet(aws: Any, double: Any) -> None:
    arguments = {"bucket": "backups", "object_lock_enabled": True, "tags": {"team": "backup"}}
    run = aws.apply(BUCKET, **arguments)
    assert run.steps == ["create", "public_access_block", "encryption", "tags", "verify"]
    assert double.operations() == ["CreateBucket", "PutPublicAccessBlock", "PutBucketEncryption",
                                   "PutBucketTagging"]
    state = run.state
    assert (state.id, state.arn, state.region) == ("backups", "arn:aws:s3:::backups", "us-east-1")
    assert state.versioning.status == state.versioning_status == "Enabled"
    assert state.public_access_block == PublicAccessBlock()
    assert state.ownership_controls == OwnershipBlock()
    assert state.server_side_encryption_configuration == EncryptionBlock(bucket_key_enabled=False)
    assert (state.live_lifecycle_rules, state.live_default_retention) == ([], None)
    assert (state.replication_enabled, state.intelligent_tiering_count) == (False, 0)
    assert state.unreadable_facets == []
    assert state.deletion_policy == "PREVENT"
    aws.settled(BUCKET, state, **arguments)


def test_plain_bucket_has_no_versioning(aws: Any) -> None:
    run = aws.apply(BUCKET, bucket="plain-bucket")
    assert run.steps == ["create", "public_access_block", "encryption", "verify"]
    assert run.state.versioning_status == "Disabled"
    aws.settled(BUCKET, run.state, bucket="plain-bucket")


def test_every_facet_stated(aws: Any) -> None:
    arguments = {
        "bucket": "everything", "region": "eu-west-1", "versioning": VersioningBlock(
            status="Suspended"),
        "server_side_encryption_configuration": EncryptionBlock(
            sse_algorithm="aws:kms", kms_master_key_id="alias/backup"),
        "public_access_block": PublicAccessBlock(restrict_public_buckets=False),
        "ownership_controls": OwnershipBlock(object_ownership="BucketOwnerPreferred"),
        "lifecycle_rule": [{"id": "abort", "abort_incomplete_multipart_upload_days": 7},
                           {"id": "old", "prefix": "logs/", "expiration_days": 30}],
    }
    run = aws.apply(BUCKET, **arguments)
    assert run.steps == ["create", "public_access_block", "ownership_controls", "versioning",
                         "encryption", "lifecycle", "verify"]
    state = run.state
    assert state.region == "eu-west-1"
    assert state.bucket_regional_domain_name == "everything.s3.eu-west-1.amazonaws.com"
    assert state.server_side_encryption_configuration.bucket_key_enabled is True
    assert state.public_access_block.restrict_public_buckets is False
    assert sorted(state.live_lifecycle_rules, key=lambda r: r["id"]) == [
        {"id": "abort", "enabled": True, "prefix": "", "only_abort_multipart": True},
        {"id": "old", "enabled": True, "prefix": "logs/", "only_abort_multipart": False}]
    aws.settled(BUCKET, state, **arguments)


def test_default_retention_of_a_bucket_that_no_repository_uses(aws: Any) -> None:
    arguments = {
        "bucket": "archive-of-others", "object_lock_enabled": True,
        "object_lock_configuration": {
            "rule": {"default_retention": {"mode": "GOVERNANCE", "days": 3, "years": None}}}}
    run = aws.apply(BUCKET, **arguments)
    assert "object_lock" in run.steps
    assert run.state.live_default_retention == {"mode": "GOVERNANCE", "days": 3, "years": None}
    aws.settled(BUCKET, run.state, **arguments)


@pytest.mark.parametrize(("prefix", "starts"), [(None, "vbrprov-"), ("mine-", "mine-")])
def test_a_name_is_made_up_before_the_intent_is_written(aws: Any, prefix: Any, starts: Any) -> None:
    planned = aws.plan(BUCKET, **({"bucket_prefix": prefix} if prefix else {}))
    run = aws.run(BUCKET, None, planned.model)
    name = run.state.bucket
    assert name.startswith(starts)
    assert len(name) == len(starts) + 26
    assert run.identities[0] == {"bucket": name, "region": "us-east-1", "account": "123456789012"}
    aws.settled(BUCKET, run.state, **({"bucket_prefix": prefix} if prefix else {}))


def test_own_bucket_is_never_taken_over(aws: Any, double: Any) -> None:
    # Amazon answers a second creation in us-east-1 with success.
    aws.client.s3().create_bucket(Bucket="taken-by-me")
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="taken-by-me")
    assert caught.value.kind is ErrorClass.EXISTS
    assert "vbrprov import ADDRESS taken-by-me" in caught.value.hint
    assert double.operations() == ["CreateBucket"]


def test_bucket_of_another_account(aws: Any, double: Any) -> None:
    double.fault("HeadBucket", code="AccessDenied")
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="taken-by-others")
    assert caught.value.kind is ErrorClass.EXISTS
    assert "another account" in caught.value.detail
    assert double.operations() == []


@pytest.mark.parametrize(("operation", "permission"), [
    ("CreateBucket", "s3:CreateBucket"),
    ("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("PutBucketEncryption", "s3:PutEncryptionConfiguration"),
])
def test_denied_says_what_lacks(aws: Any, double: Any, operation: str, permission: str) -> None:
    double.fault(operation, code="AccessDenied")
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="denied-bucket")
    assert caught.value.kind is ErrorClass.DENIED
    assert permission in caught.value.detail
    assert permission in caught.value.hint
    assert '"AccessDenied"' in caught.value.detail


@pytest.mark.parametrize(("operation", "code"), [
    ("CreateBucket", "OperationAborted"), ("CreateBucket", "SlowDown"),
    ("PutPublicAccessBlock", "OperationAborted"), ("PutPublicAccessBlock", "NoSuchBucket"),
    ("PutBucketEncryption", "SlowDown"),
])
def test_what_passes_is_waited_out(aws: Any, double: Any, operation: Any, code: Any) -> None:
    double.fault(operation, code=code, times=2)
    run = aws.apply(BUCKET, bucket="busy-bucket")
    assert run.state.public_access_block is not None
    assert [f["fired"] for f in double.faults()] == [2]


def test_conflict_that_stays_says_why(aws: Any, double: Any) -> None:
    double.fault("CreateBucket", code="OperationAborted", times=0)
    aws.ctx = msgspec.structs.replace(aws.ctx, timeout=0.2)
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="just-deleted")
    assert caught.value.kind is ErrorClass.CONFLICT
    assert "deleted a short time ago" in caught.value.hint


def test_a_facet_that_does_not_show_is_told(aws: Any, double: Any, monkeypatch: Any) -> None:
    # The answer to the put is a success, and nothing is done.
    monkeypatch.setattr("vbrprov_s3.facet_writer.FacetWriter.public_access",
                        lambda self, wanted: None)
    aws.ctx = msgspec.structs.replace(aws.ctx, timeout=0.2)
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="forgetful")
    assert caught.value.kind is ErrorClass.NOT_YET
    assert "public_access_block" in caught.value.detail


def test_a_store_without_a_facet_says_how_to_go_on(aws: Any, double: Any) -> None:
    double.fault("PutPublicAccessBlock", code="NotImplemented", times=0)
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="elsewhere")
    assert caught.value.kind is ErrorClass.UNSUPPORTED
    assert '"public_access_block" to skip_bucket_facets' in caught.value.hint


def test_facets_that_the_provider_leaves_alone(aws: Any, configure: Any, double: Any) -> None:
    facets = ["public_access_block", "ownership_controls", "encryption"]
    aws.client = configure(skip_bucket_facets=facets)
    run = aws.apply(BUCKET, bucket="elsewhere")
    assert run.steps == ["create", "verify"]
    assert double.operations() == ["CreateBucket"]
    aws.settled(BUCKET, run.state, bucket="elsewhere")
    stated = aws.apply(BUCKET, run.state, bucket="elsewhere",
                       public_access_block=PublicAccessBlock())
    assert stated.steps == ["public_access_block", "verify"]


@pytest.mark.parametrize(("facets", "fine"), [
    (["encryption"], True), (["public_access_block", "tags"], False), ([], True)])
def test_only_facets_that_nobody_stated_are_left_alone(facets: Any, fine: bool) -> None:
    from vbrprov_aws.provider import AwsModel

    check = AwsModel.schema().attributes["skip_bucket_facets"].validators[0]
    assert (check(facets) is None) is fine
