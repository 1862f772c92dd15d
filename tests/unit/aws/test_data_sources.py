"""Data sources."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.data_sources.caller_identity import CallerIdentity, CallerIdentityModel
from vbrprov_aws.data_sources.canonical_user_id import CanonicalUserId, CanonicalUserIdModel
from vbrprov_aws.data_sources.iam_group import IamGroupData, IamGroupDataModel
from vbrprov_aws.data_sources.iam_policy import IamPolicyData, IamPolicyDataModel
from vbrprov_aws.data_sources.iam_policy_document import (
    ConditionBlock,
    IamPolicyDocument,
    IamPolicyDocumentModel,
    PrincipalsBlock,
    StatementBlock,
)
from vbrprov_aws.data_sources.iam_role import IamRoleData, IamRoleDataModel
from vbrprov_aws.data_sources.iam_user import IamUserData, IamUserDataModel
from vbrprov_aws.data_sources.kms_alias import KmsAliasData, KmsAliasDataModel
from vbrprov_aws.data_sources.kms_key import KmsKeyData, KmsKeyDataModel
from vbrprov_aws.data_sources.partition import Partition, PartitionModel
from vbrprov_aws.data_sources.region import Region, RegionModel
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
    statement = {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


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


@pytest.mark.parametrize(("region", "partition", "suffix", "prefix"), [
    ("eu-west-1", "aws", "amazonaws.com", "com.amazonaws"),
    ("cn-north-1", "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
    ("us-gov-west-1", "aws-us-gov", "amazonaws.com", "com.amazonaws"),
    ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov", "gov.sgov.sc2s"),
])
def test_partition_and_region(configure: Any, ctx: Any, region: str, partition: str, suffix: str,
                              prefix: str) -> None:
    client = configure(region=region)
    found = Partition().read(client, PartitionModel(), ctx)
    assert (found.partition, found.dns_suffix, found.reverse_dns_prefix) == (
        partition, suffix, prefix)
    here = Region().read(client, RegionModel(), ctx)
    assert (here.name, here.partition, here.s3_endpoint) == (
        region, partition, f"s3.{region}.{suffix}")
    assert Region().read(client, RegionModel(region="eu-north-1"), ctx).name == "eu-north-1"


def test_identities_that_exist(aws: Any) -> None:
    iam = aws.client.iam()
    iam.create_user(UserName="agent", Path="/backup/", Tags=[{"Key": "a", "Value": "1"}])
    iam.create_group(GroupName="agents")
    iam.add_user_to_group(UserName="agent", GroupName="agents")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]})
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document("a", "s3:A"),
                            Description="d")["Policy"]["Arn"]
    user = IamUserData().read(aws.client, IamUserDataModel(user_name="agent"), aws.ctx)
    assert (user.arn, user.tags) == ("arn:aws:iam::123456789012:user/backup/agent", {"a": "1"})
    group = IamGroupData().read(aws.client, IamGroupDataModel(group_name="agents"), aws.ctx)
    assert group.users == ["agent"]
    role = IamRoleData().read(aws.client, IamRoleDataModel(name="r"), aws.ctx)
    assert json.loads(role.assume_role_policy) == json.loads(trust)
    for given in ({"arn": arn}, {"name": "p"}):
        found = IamPolicyData().read(aws.client, IamPolicyDataModel(**given), aws.ctx)
        assert (found.arn, found.description) == (arn, "d")
        assert json.loads(found.policy)["Statement"]["Action"] == "s3:A"


def test_keys_that_exist(aws: Any) -> None:
    kms = aws.client.kms()
    key = kms.create_key(Description="d")["KeyMetadata"]
    kms.create_alias(AliasName="alias/b", TargetKeyId=key["KeyId"])
    for name in (key["KeyId"], key["Arn"], "alias/b"):
        found = KmsKeyData().read(aws.client, KmsKeyDataModel(key_id=name), aws.ctx)
        assert (found.arn, found.key_state, found.description) == (key["Arn"], "Enabled", "d")
    alias = KmsAliasData().read(aws.client, KmsAliasDataModel(name="alias/b"), aws.ctx)
    assert (alias.target_key_id, alias.target_key_arn) == (key["KeyId"], key["Arn"])
    assert CanonicalUserId().read(aws.client, CanonicalUserIdModel(), aws.ctx).id


@pytest.mark.parametrize(("source", "config", "attribute"), [
    (IamUserData(), IamUserDataModel(user_name="x"), "user_name"),
    (IamGroupData(), IamGroupDataModel(group_name="x"), "group_name"),
    (IamRoleData(), IamRoleDataModel(name="x"), "name"),
    (IamPolicyData(), IamPolicyDataModel(name="x"), "name"),
    (IamPolicyData(), IamPolicyDataModel(arn="arn:aws:iam::123456789012:policy/x"), "arn"),
    (IamPolicyData(), IamPolicyDataModel(), "arn"),
    (KmsKeyData(), KmsKeyDataModel(key_id="alias/x"), "key_id"),
    (KmsAliasData(), KmsAliasDataModel(name="alias/x"), "name"),
])
def test_what_does_not_exist(aws: Any, source: Any, config: Any, attribute: str) -> None:
    with pytest.raises(ProviderError) as caught:
        source.read(aws.client, config, aws.ctx)
    assert caught.value.attribute == attribute
    assert caught.value.kind in (ErrorClass.NOT_FOUND, ErrorClass.INVALID)
