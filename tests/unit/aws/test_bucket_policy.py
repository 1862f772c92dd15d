"""aws_s3_bucket_policy."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_aws.resources.s3_bucket_policy import S3BucketPolicy, S3BucketPolicyModel

POLICY = S3BucketPolicy()


def document(action: Any = "s3:GetObject") -> Any:
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Sid": "Agents", "Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::b-1/*",
         "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}]})


@pytest.fixture
def bucket(aws: Any) -> Any:
    aws.client.s3().create_bucket(Bucket="b-1")
    return "b-1"


def test_life(aws: Any, bucket: Any) -> None:
    arguments = {"bucket": bucket, "policy": document()}
    run = aws.apply(POLICY, **arguments)
    assert run.steps == ["create"]
    aws.settled(POLICY, run.state, **arguments)
    assert POLICY.import_state(aws.client, bucket, aws.ctx).id == bucket
    changed = aws.apply(POLICY, run.state, bucket=bucket, policy=document("s3:PutObject"))
    assert changed.steps == ["policy"]
    aws.settled(POLICY, changed.state, bucket=bucket, policy=document("s3:PutObject"))
    assert aws.destroy(POLICY, changed.state).steps == ["delete"]
    assert aws.read(POLICY, changed.state) is None
    assert aws.destroy(POLICY, changed.state).steps == ["delete"]


def test_same_meaning_is_no_change(aws: Any, bucket: Any) -> None:
    state = aws.apply(POLICY, bucket=bucket, policy=document()).state
    spelled = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Sid": "Agents", "Resource": ["arn:aws:s3:::b-1/*"],
        "Action": ["s3:getobject"], "Principal": {"AWS": ["123456789012"]}}}, indent=2)
    assert aws.plan(POLICY, state, bucket=bucket, policy=spelled).changed == []


def test_drift(aws: Any, bucket: Any) -> None:
    state = aws.apply(POLICY, bucket=bucket, policy=document()).state
    aws.client.s3().put_bucket_policy(Bucket=bucket, Policy=document("s3:*"))
    live = aws.read(POLICY, state)
    assert "s3:*" in live.policy
    assert aws.apply(POLICY, live, bucket=bucket, policy=document()).steps == ["policy"]
    aws.client.s3().delete_bucket(Bucket=bucket)
    assert aws.read(POLICY, state) is None


def test_policy_of_others_is_not_overwritten(aws: Any, bucket: Any, double: Any) -> None:
    aws.client.s3().put_bucket_policy(Bucket=bucket, Policy=document("s3:*"))
    with pytest.raises(ProviderError) as caught:
        aws.apply(POLICY, bucket=bucket, policy=document())
    assert caught.value.kind is ErrorClass.EXISTS


def test_new_principal_is_waited_for(aws: Any, bucket: Any, double: Any) -> None:
    double.fault("PutBucketPolicy", code="MalformedPolicy", status=400, times=2,
                 message="Invalid principal in policy")
    assert aws.apply(POLICY, bucket=bucket, policy=document()).steps == ["create"]


@pytest.mark.parametrize(("fault", "kind", "text"), [
    ({"code": "MalformedPolicy", "status": 400, "message": "Action does not apply"},
     ErrorClass.INVALID, "Action does not apply"),
    ({"code": "AccessDenied"}, ErrorClass.DENIED, "s3:PutBucketPolicy"),
    ({"code": "MalformedPolicy", "status": 400, "message": "Invalid principal in policy"},
     ErrorClass.NOT_YET, "Invalid principal"),
])
def test_refusals(aws: Any, bucket: Any, double: Any, fault: Any, kind: Any, text: Any) -> None:
    aws.ctx = msgspec.structs.replace(aws.ctx, timeout=0.3)
    double.fault("PutBucketPolicy", times=0, **fault)
    with pytest.raises(ProviderError) as caught:
        aws.apply(POLICY, bucket=bucket, policy=document())
    assert caught.value.kind is kind
    assert text in caught.value.detail


def test_probe(aws: Any, bucket: Any, double: Any) -> None:
    identity = {"bucket": bucket, "region": "us-east-1"}
    run = aws.run(POLICY, None, S3BucketPolicyModel(bucket=bucket, policy=document()))
    intent = aws.intent(run.identities[0])
    assert {k: intent.identity[k] for k in identity} == identity
    found = POLICY.probe(aws.client, intent, aws.ctx)
    assert found.verdict is ProbeVerdict.OURS
    assert found.state.policy
    aws.client.s3().put_bucket_policy(Bucket=bucket, Policy=document("s3:*"))
    assert POLICY.probe(aws.client, intent, aws.ctx).verdict is ProbeVerdict.FOREIGN
    aws.client.s3().delete_bucket_policy(Bucket=bucket)
    assert POLICY.probe(aws.client, intent, aws.ctx).verdict is ProbeVerdict.ABSENT


@pytest.mark.parametrize(("text", "said"), [
    ("no json", "not valid JSON"), ("[]", "JSON object"), ("{}", "no Statement"),
    (json.dumps({"Statement": ["x" * 20480]}), "the limit is 20480"),
])
def test_bad_documents(text: Any, said: Any) -> None:
    check = S3BucketPolicyModel.schema().attributes["policy"].validators[0]
    assert said in check(text)
    assert check(document()) is None
