"""Data sources."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.data_sources.caller_identity import CallerIdentity, CallerIdentityModel
from vbrprov_aws.data_sources.iam_policy_document import (
    ConditionBlock,
    IamPolicyDocument,
    IamPolicyDocumentModel,
    PrincipalsBlock,
    StatementBlock,
)
from vbrprov_aws.data_sources.s3_bucket import S3BucketData, S3BucketDataModel
from vbrprov_aws.resources.s3_bucket import S3Bucket


def test_caller_identity(aws: Any) -> None:
    found = CallerIdentity().read(aws.client, CallerIdentityModel(), aws.ctx)
    assert found.account_id == found.id == "123456789012"
    assert found.arn.startswith("arn:aws:")
    assert found.partition == "aws"


def test_bucket(aws: Any, double: Any) -> None:
    aws.apply(S3Bucket(), bucket="b-1", object_lock_enabled=True, tags={"a": "b"},
              region="eu-west-1")
    double.fault("GetBucketReplication", code="AccessDenied")
    found = S3BucketData().read(aws.client, S3BucketDataModel(bucket="b-1"), aws.ctx)
    assert (found.region, found.arn) == ("eu-west-1", "arn:aws:s3:::b-1")
    assert found.object_lock_enabled is True
    assert found.versioning_status == found.versioning.status == "Enabled"
    assert found.tags == {"a": "b"}
    assert found.live_lifecycle_rules == []
    assert found.unreadable_facets == ["replication"]
    assert found.replication_enabled is None
    assert found.to_values()["live_default_retention"] is not None


def test_missing_bucket(aws: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        S3BucketData().read(aws.client, S3BucketDataModel(bucket="none-such"), aws.ctx)
    assert caught.value.kind is ErrorClass.NOT_FOUND


def render(**arguments: Any) -> Any:
    model = IamPolicyDocumentModel(**arguments)
    found = IamPolicyDocument().read(None, model, None)  # type: ignore[arg-type]  # asks nobody
    assert json.loads(found.json) == json.loads(found.minified_json)
    return json.loads(found.json)


def test_document() -> None:
    found = render(policy_id="p", statement=[
        StatementBlock(sid="List", actions=["s3:ListBucket", "s3:GetBucketLocation"],
                       resources=["arn:aws:s3:::b"],
                       condition=[ConditionBlock(test="StringLike", variable="s3:prefix",
                                                 values=["Veeam/*"]),
                                  ConditionBlock(test="StringLike", variable="s3:prefix",
                                                 values=["Veeam/"])]),
        StatementBlock(effect="Deny", not_actions=["s3:Get*"], not_resources=["*"],
                       principals=[PrincipalsBlock(type="*", identifiers=["*"])]),
        StatementBlock(actions=["s3:*"], resources=["*"], principals=[
            PrincipalsBlock(type="AWS", identifiers=["b", "a"]),
            PrincipalsBlock(type="Service", identifiers=["s3.amazonaws.com"])]),
    ])
    assert found == {
        "Version": "2012-10-17", "Id": "p", "Statement": [
            {"Sid": "List", "Effect": "Allow",
             "Action": ["s3:GetBucketLocation", "s3:ListBucket"], "Resource": "arn:aws:s3:::b",
             "Condition": {"StringLike": {"s3:prefix": ["Veeam/", "Veeam/*"]}}},
            {"Effect": "Deny", "NotAction": "s3:Get*", "NotResource": "*", "Principal": "*"},
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
             "Principal": {"AWS": ["a", "b"], "Service": "s3.amazonaws.com"}}]}


def document(sid: Any, action: Any) -> Any:
    return json.dumps({"Statement": {"Sid": sid, "Effect": "Allow", "Action": action,
                                     "Resource": "*"}})


def test_documents_are_merged_by_sid() -> None:
    found = render(
        source_policy_documents=[document("a", "s3:A"), document("b", "s3:B")],
        override_policy_documents=[document("c", "s3:Override")],
        statement=[StatementBlock(sid="b", actions=["s3:Mine"], resources=["*"]),
                   StatementBlock(sid="c", actions=["s3:C"], resources=["*"])])
    assert [(s["Sid"], s["Action"]) for s in found["Statement"]] == [
        ("a", "s3:A"), ("b", "s3:Mine"), ("c", "s3:Override")]


@pytest.mark.parametrize("documents", [["no json"], ["[]"],
                                       [document("a", "s3:A"), document("a", "s3:B")]])
def test_bad_sources(documents: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        render(source_policy_documents=documents)
    assert caught.value.kind is ErrorClass.INVALID
    assert caught.value.attribute == "source_policy_documents"
