"""Destroying buckets: what is refused, what is emptied, what is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.resources.s3_bucket import S3Bucket

BUCKET = S3Bucket()
NAME = "going"


def make(aws: Any, **arguments: Any) -> Any:
    return aws.apply(BUCKET, **{"bucket": NAME, "deletion_policy": "DELETE", **arguments}).state


def refusal(aws: Any, state: Any) -> Any:
    with pytest.raises(ProviderError) as caught:
        aws.destroy(BUCKET, state)
    return caught.value


def test_prevented_unless_stated(aws: Any, double: Any) -> None:
    state = aws.apply(BUCKET, bucket=NAME).state
    assert 'deletion_policy = "DELETE"' in (BUCKET.plan_destroy(state.to_values()) or "")
    assert refusal(aws, state).kind is ErrorClass.INVALID
    assert "DeleteBucket" not in double.operations()


def test_abandoned(aws: Any, double: Any) -> None:
    state = make(aws, deletion_policy="ABANDON")
    assert BUCKET.plan_destroy(state.to_values()) is None
    assert aws.destroy(BUCKET, state).steps == []
    assert aws.read(BUCKET, state) is not None


def test_empty_bucket_goes(aws: Any) -> None:
    state = make(aws)
    assert BUCKET.plan_destroy(state.to_values()) is None
    assert aws.destroy(BUCKET, state).steps == ["delete"]
    assert aws.read(BUCKET, state) is None


def test_gone_already(aws: Any) -> None:
    state = make(aws, force_destroy=True)
    aws.client.s3().delete_bucket(Bucket=NAME)
    assert aws.destroy(BUCKET, state).steps == ["empty", "delete"]


def fill(aws: Any, keys: Any = ("a", "b")) -> None:
    s3 = aws.client.s3()
    for key in keys:
        s3.put_object(Bucket=NAME, Key=key, Body=b"1")
        s3.put_object(Bucket=NAME, Key=key, Body=b"2")
    s3.delete_object(Bucket=NAME, Key=keys[0])
    s3.create_multipart_upload(Bucket=NAME, Key="unfinished")


def test_data_are_kept_without_force(aws: Any, double: Any) -> None:
    state = make(aws, versioning={"status": "Enabled"})
    fill(aws)
    error = refusal(aws, state)
    assert error.kind is ErrorClass.INVALID
    assert "force_destroy = true" in error.hint
    assert "DeleteBucket" not in double.operations()


def test_delete_without_the_right_to_look(aws: Any, double: Any) -> None:
    state = make(aws, versioning={"status": "Enabled"})
    fill(aws)
    double.fault("ListObjectVersions", code="AccessDenied", times=0)
    assert "force_destroy = true" in refusal(aws, state).hint


def test_force_empties_versions_markers_and_uploads(aws: Any, double: Any) -> None:
    state = make(aws, force_destroy=True, versioning={"status": "Enabled"})
    fill(aws)
    assert aws.destroy(BUCKET, state).steps == ["empty", "delete"]
    assert double.operations()[-3:] == ["AbortMultipartUpload", "DeleteObjects", "DeleteBucket"]
    assert aws.read(BUCKET, state) is None


def lock(aws: Any, key: Any, days: Any, mode: Any = "COMPLIANCE") -> Any:
    until = datetime.now(UTC) + timedelta(days=days)
    aws.client.s3().put_object(Bucket=NAME, Key=key, Body=b"x", ObjectLockMode=mode,
                               ObjectLockRetainUntilDate=until)
    return until


@pytest.mark.parametrize("mode", ["COMPLIANCE", "GOVERNANCE"])
def test_retention_is_never_bypassed(aws: Any, double: Any, mode: Any) -> None:
    state = make(aws, force_destroy=True, object_lock_enabled=True)
    aws.client.s3().put_object(Bucket=NAME, Key="free", Body=b"x")
    lock(aws, "short", 2, mode)
    latest = lock(aws, "long", 9, mode)
    error = refusal(aws, state)
    assert error.kind is ErrorClass.LOCKED
    assert f"{latest:%Y-%m-%d %H:%M} UTC" in error.detail
    # Nothing went, not even what was free.
    assert "DeleteObjects" not in double.operations()


def test_legal_hold(aws: Any) -> None:
    state = make(aws, force_destroy=True, object_lock_enabled=True)
    aws.client.s3().put_object(Bucket=NAME, Key="held", Body=b"x", ObjectLockLegalHoldStatus="ON")
    error = refusal(aws, state)
    assert error.kind is ErrorClass.LOCKED
    assert "legal hold" in error.detail


def test_lock_that_the_first_look_missed(aws: Any, monkeypatch: Any) -> None:
    state = make(aws, force_destroy=True, object_lock_enabled=True)
    lock(aws, "old-and-locked", 9)
    for number in range(3):
        aws.client.s3().put_object(Bucket=NAME, Key=f"new-{number}", Body=b"x")
    monkeypatch.setattr("vbrprov_s3.purge.LOOKED_AT", 2)
    error = refusal(aws, state)
    assert error.kind is ErrorClass.LOCKED
    assert "1 of the 1 versions looked at" in error.detail


def test_busy_bucket_is_waited_for(aws: Any, double: Any) -> None:
    state = make(aws)
    double.fault("DeleteBucket", code="OperationAborted", times=2)
    assert aws.destroy(BUCKET, state).steps == ["delete"]


def test_denied_names_the_permission(aws: Any, double: Any) -> None:
    state = make(aws)
    double.fault("DeleteBucket", code="AccessDenied")
    error = refusal(aws, state)
    assert error.kind is ErrorClass.DENIED
    assert "s3:DeleteBucket" in error.detail
