"""Throttling that goes on: every call ends well, and no call is made beyond what is needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.resources.iam_user import IamUser
from vbrprov_aws.resources.s3_bucket import S3Bucket

BUCKET = S3Bucket()


def patient(aws: Any) -> None:
    """As much time as a real apply has, and pauses that take none."""
    aws.ctx = msgspec.structs.replace(aws.ctx, timeout=600.0, sleep=lambda seconds: None)


def test_storm_over_many_buckets(aws: Any, configure: Any, double: Any) -> None:
    """Many refusals, of reads and writes alike."""
    aws.client = configure(max_retries=0)
    patient(aws)
    double.fault("*", code="SlowDown", times=400)
    names = [f"storm-{number}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        runs = list(pool.map(lambda name: aws.apply(BUCKET, bucket=name, tags={"a": "b"}), names))
    assert {run.steps[-1] for run in runs} == {"verify"}
    assert [f["fired"] for f in double.faults()] == [400]
    for name, run in zip(names, runs, strict=True):
        aws.settled(BUCKET, run.state, bucket=name, tags={"a": "b"})
    done = [e for e in double.ledger() if e["operation"] == "CreateBucket" and e["status"] == 200]
    assert sorted(e["name"] for e in done) == sorted(names)


def test_storm_over_identities(aws: Any, configure: Any, double: Any) -> None:
    aws.client = configure(max_retries=0)
    patient(aws)
    double.fault("*", code="Throttling", times=60)
    state = aws.apply(IamUser(), name="agent", tags={"a": "b"}).state
    aws.settled(IamUser(), state, name="agent", tags={"a": "b"})


def test_storm_without_end_is_told(aws: Any, double: Any) -> None:
    double.fault("HeadBucket", code="SlowDown", times=0)
    aws.ctx = msgspec.structs.replace(aws.ctx, timeout=0.2)
    with pytest.raises(ProviderError) as caught:
        aws.apply(BUCKET, bucket="never")
    assert caught.value.kind is ErrorClass.THROTTLED
    assert "SlowDown" in str(caught.value) or "503" in str(caught.value)
    assert double.operations() == []


def test_storm_while_a_bucket_is_emptied(aws: Any, configure: Any, double: Any) -> None:
    aws.client = configure(max_retries=0)
    patient(aws)
    arguments = {"bucket": "full-bucket", "deletion_policy": "DELETE", "force_destroy": True,
                 "versioning": {"status": "Enabled"}}
    state = aws.apply(BUCKET, **arguments).state
    for number in range(5):
        aws.client.s3().put_object(Bucket="full-bucket", Key="a", Body=str(number).encode())
    for operation in ("ListObjectVersions", "DeleteObjects", "DeleteBucket", "HeadBucket"):
        double.fault(operation, code="SlowDown", times=5)
    assert aws.destroy(BUCKET, state).steps == ["empty", "delete"]
    assert aws.read(BUCKET, state) is None
