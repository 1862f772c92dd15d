"""Keys that something needs, rotation, grants."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov.sdk.values import STRING
from vbrprov_aws.kms.keys import MARK
from vbrprov_aws.resources.kms_grant import KmsGrant, KmsGrantModel
from vbrprov_aws.resources.kms_key import KmsKey

KEY = KmsKey()


def encrypted(aws: Any, bucket: str, key: str) -> None:
    s3 = aws.client.s3()
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms",
                                                "KMSMasterKeyID": key}}]})


@pytest.mark.parametrize("named", ["id", "arn", "alias", "alias arn"])
def test_key_of_a_bucket_is_never_deleted(aws: Any, named: str) -> None:
    state = aws.apply(KEY, deletion_policy="DELETE").state
    aws.client.kms().create_alias(AliasName="alias/backups", TargetKeyId=state.key_id)
    alias = f"{state.arn.partition(':key/')[0]}:alias/backups"
    encrypted(aws, "backups-bucket", {"id": state.key_id, "arn": state.arn, "alias arn": alias,
                                      "alias": "alias/backups"}[named])
    with pytest.raises(ProviderError) as caught:
        aws.destroy(KEY, state)
    assert caught.value.kind is ErrorClass.LOCKED
    assert "backups-bucket" in caught.value.detail
    assert aws.read(KEY, state) is not None


def test_key_of_no_bucket_is_scheduled_for_deletion(aws: Any, double: Any) -> None:
    state = aws.apply(KEY, deletion_policy="DELETE", deletion_window_in_days=7).state
    other = aws.client.kms().create_key()["KeyMetadata"]["KeyId"]
    encrypted(aws, "of-others", other)
    aws.destroy(KEY, state)
    found = aws.client.kms().describe_key(KeyId=state.key_id)["KeyMetadata"]
    assert found["KeyState"] == "PendingDeletion"
    assert aws.read(KEY, state) is None


def test_destroying_is_prevented_by_default(aws: Any) -> None:
    state = aws.apply(KEY).state
    assert KEY.plan_destroy(state.to_values())
    with pytest.raises(ProviderError) as caught:
        aws.destroy(KEY, state)
    assert caught.value.attribute == "deletion_policy"
    left = aws.apply(KEY, state, deletion_policy="ABANDON").state
    assert KEY.plan_destroy(left.to_values()) is None
    assert aws.destroy(KEY, left).steps == []
    assert aws.read(KEY, left) is not None


def test_our_mark_is_not_shown(aws: Any) -> None:
    state = aws.apply(KEY, tags={"a": "1"}).state
    tags = aws.client.kms().list_resource_tags(KeyId=state.key_id)["Tags"]
    assert {"TagKey": MARK, "TagValue": "token"} in tags
    assert aws.read(KEY, state).tags_all == {"a": "1"}


def test_a_key_without_our_token_is_not_ours(aws: Any) -> None:
    aws.client.kms().create_key()
    found = KEY.probe(aws.client, aws.intent({"token": "token", "region": "us-east-1"}), aws.ctx)
    assert found.verdict is ProbeVerdict.ABSENT


def test_lost_answer_of_the_creation(aws: Any, double: Any) -> None:
    double.fault("CreateKey", kind="drop_after")
    with pytest.raises(ProviderError) as caught:
        aws.apply(KEY)
    assert caught.value.kind is ErrorClass.LOST
    assert double.operations().count("CreateKey") == 1
    found = KEY.probe(aws.client, aws.intent({"token": "token", "region": "us-east-1"}), aws.ctx)
    assert found.verdict is ProbeVerdict.OURS
    older = aws.intent({"token": "token", "region": "us-east-1"}, ago=-3600)
    assert KEY.probe(aws.client, older, aws.ctx).verdict is ProbeVerdict.ABSENT


@pytest.mark.parametrize(("arguments", "summary"), [
    ({"customer_master_key_spec": "RSA_2048", "enable_key_rotation": True},
     "Key cannot be rotated"),
    ({"rotation_period_in_days": 90}, "Rotation period without rotation"),
])
def test_refused_at_plan(aws: Any, arguments: Any, summary: str) -> None:
    assert aws.plan(KEY, **arguments).errors == [summary]


def test_a_disabled_key_is_enabled_before_it_is_changed(aws: Any) -> None:
    state = aws.apply(KEY, is_enabled=False).state
    assert state.is_enabled is False
    run = aws.apply(KEY, state, is_enabled=True, enable_key_rotation=True)
    assert run.steps == ["enable", "rotation"]
    aws.settled(KEY, run.state, is_enabled=True, enable_key_rotation=True)


def test_grant_with_constraints(aws: Any) -> None:
    key = aws.apply(KEY).state.arn
    arguments = {
        "key_id": key, "grantee_principal": "arn:aws:iam::123456789012:user/agent",
        "operations": ["Decrypt"], "name": "n", "constraints": {
            "encryption_context_subset": {"aws:s3:arn": "arn:aws:s3:::b"},
            "encryption_context_equals": None}}
    kind = KmsGrant()
    state = aws.apply(kind, **arguments).state
    assert state.id == f"{key.rpartition('/')[2]}:{state.grant_id}"
    aws.settled(kind, state, **arguments)
    older = aws.intent({"key_id": key, "name": "n", "region": "us-east-1"})
    assert kind.probe(aws.client, older, aws.ctx).verdict is ProbeVerdict.OURS


@pytest.mark.parametrize(("name", "bad"), [("operations", ["Nothing"]), ("operations", []),
                                           ("name", "a b")])
def test_limits_of_grants(name: str, bad: Any) -> None:
    spec = KmsGrantModel.schema().attributes[name]
    assert spec.validators[0](bad)
    assert spec.type == STRING or name == "operations"
