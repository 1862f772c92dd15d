"""A creation that was cut off: what the probe says, and how it goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov.sdk.recovery import made_since
from vbrprov_aws.resources.s3_bucket import S3Bucket

BUCKET = S3Bucket()
IDENTITY = {"bucket": "cut-off", "region": "us-east-1", "account": "123456789012"}


def probe(aws: Any, **intent: Any) -> Any:
    return BUCKET.probe(aws.client, aws.intent(IDENTITY, **intent), aws.ctx)


def test_absent(aws: Any) -> None:
    assert probe(aws).verdict is ProbeVerdict.ABSENT


def test_crash_after_create_goes_on_with_the_facets(aws: Any) -> None:
    planned = aws.plan(BUCKET, bucket="cut-off", object_lock_enabled=True, tags={"a": "b"})
    run = aws.run(BUCKET, None, planned.model, stop_after="create")
    assert run.steps == ["create"]
    found = BUCKET.probe(aws.client, aws.intent(run.identities[0]), aws.ctx)
    assert found.verdict is ProbeVerdict.OURS
    assert found.state.object_lock_enabled is True
    again = aws.apply(BUCKET, found.state, bucket="cut-off", object_lock_enabled=True,
                      tags={"a": "b"})
    assert again.steps == ["public_access_block", "encryption", "tags", "verify"]
    aws.settled(BUCKET, again.state, bucket="cut-off", object_lock_enabled=True, tags={"a": "b"})


@pytest.mark.parametrize("stop_after", ["public_access_block", "encryption", "tags"])
def test_crash_between_facets(aws: Any, stop_after: Any) -> None:
    arguments = {"bucket": "cut-off", "tags": {"a": "b"}}
    planned = aws.plan(BUCKET, **arguments)
    run = aws.run(BUCKET, None, planned.model, stop_after=stop_after)
    live = aws.read(BUCKET, run.state)
    done = run.steps[1:]
    again = aws.apply(BUCKET, live, **arguments)
    assert not set(done) & set(again.steps)
    final = again.state if again.steps else live
    aws.settled(BUCKET, final, **arguments)


def test_lost_answer_of_the_creation(aws: Any, double: Any) -> None:
    double.fault("CreateBucket", kind="drop_after")
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="cut-off")
    assert caught.value.kind is ErrorClass.LOST
    # botocore would have sent it again, and Amazon would have answered with success.
    assert double.operations() == ["CreateBucket"]
    assert probe(aws).verdict is ProbeVerdict.OURS


@pytest.mark.parametrize("fault", [{"kind": "drop_before"}, {"code": "InternalError"}])
def test_lost_answer_and_nothing_made(aws: Any, double: Any, fault: Any) -> None:
    double.fault("CreateBucket", **fault)
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="cut-off")
    assert caught.value.kind is ErrorClass.LOST
    assert probe(aws).verdict is ProbeVerdict.ABSENT


def test_bucket_that_was_there_before(aws: Any) -> None:
    aws.client.s3().create_bucket(Bucket="cut-off")
    found = probe(aws, ago=-3600)
    assert found.verdict is ProbeVerdict.FOREIGN
    assert "was there before" in found.detail


def test_bucket_of_another_account(aws: Any, double: Any) -> None:
    double.fault("HeadBucket", code="AccessDenied")
    assert probe(aws).verdict is ProbeVerdict.FOREIGN


def test_bucket_of_ones_own_that_may_not_be_looked_at(aws: Any, double: Any) -> None:
    aws.client.s3().create_bucket(Bucket="cut-off")
    double.fault("HeadBucket", code="AccessDenied")
    found = probe(aws)
    assert found.verdict is ProbeVerdict.UNKNOWN
    assert "s3:ListBucket" in found.detail


def test_bucket_that_is_not_in_the_own_list(aws: Any, double: Any) -> None:
    aws.client.s3().create_bucket(Bucket="cut-off")
    double.fault("HeadBucket", name="other", code="AccessDenied")
    other = {**IDENTITY, "bucket": "cut"}
    aws.client.s3().create_bucket(Bucket="cut-too")
    assert BUCKET.probe(aws.client, aws.intent(other), aws.ctx).verdict is ProbeVerdict.ABSENT


def test_without_the_right_to_list_it_cannot_be_told(aws: Any, double: Any) -> None:
    aws.client.s3().create_bucket(Bucket="cut-off")
    double.fault("ListBuckets", code="AccessDenied")
    found = probe(aws)
    assert found.verdict is ProbeVerdict.UNKNOWN
    assert "s3:ListAllMyBuckets" in found.detail


@pytest.mark.parametrize(("second", "ours"), [(0, True), (30, True), (-30, True), (-90, False)])
def test_clock_skew_of_a_minute_is_forgiven(second: Any, ours: Any) -> None:
    intent = "2026-11-23T10:02:00+00:00"
    created = datetime(2026, 11, 23, 10, 2, tzinfo=UTC).timestamp() + second
    assert made_since(datetime.fromtimestamp(created, UTC), intent) is ours
    assert made_since(datetime.fromtimestamp(created, UTC), intent.replace("+00:00", "Z")) is ours
