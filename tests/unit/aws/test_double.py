"""The double: what it understands, records and does wrong on demand."""

from __future__ import annotations

import builtins
import sys
import urllib.error
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from vbrprov.sdk import ProviderError
from vbrprov_aws.doubles.moto_double import AwsDouble
from vbrprov_aws.doubles.wire import Call, parse


def test_ledger(client: Any, double: Any) -> None:
    client.s3().create_bucket(Bucket="b-1")
    client.s3().put_object(Bucket="b-1", Key="k/1", Body=b"secret body")
    client.s3().list_buckets()
    client.iam().create_user(UserName="u")
    key = client.iam().create_access_key(UserName="u")["AccessKey"]
    client.iam().delete_access_key(UserName="u", AccessKeyId=key["AccessKeyId"])
    entries = double.ledger()
    assert [(e["service"], e["operation"], e["name"], e["status"]) for e in entries] == [
        ("s3", "CreateBucket", "b-1", 200), ("s3", "PutObject", "b-1/k/1", 200),
        ("iam", "CreateUser", "u", 200), ("iam", "CreateAccessKey", "u", 200),
        ("iam", "DeleteAccessKey", f"u/{key['AccessKeyId']}", 200)]
    assert all(e["time"] for e in entries)
    assert key["SecretAccessKey"] not in str(entries)


def test_faults(client: Any, double: Any) -> None:
    once = client.s3(once=True)
    double.fault("CreateBucket", code="SlowDown", skip=1)
    once.create_bucket(Bucket="b-1")
    with pytest.raises(ClientError) as caught:
        once.create_bucket(Bucket="b-2")
    assert caught.value.response["Error"]["Code"] == "SlowDown"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    once.create_bucket(Bucket="b-2")
    double.fault("CreateBucket", kind="drop_before", name="b-3")
    once.create_bucket(Bucket="b-4")
    with pytest.raises(ConnectionClosedError):
        once.create_bucket(Bucket="b-3")
    double.fault("CreateBucket", kind="drop_after", name="b-5")
    with pytest.raises(ConnectionClosedError):
        once.create_bucket(Bucket="b-5")
    names = [b["Name"] for b in once.list_buckets()["Buckets"]]
    assert names == ["b-1", "b-2", "b-4", "b-5"]
    assert [e.get("fault") for e in double.ledger()] == [
        None, "SlowDown", None, None, "drop_before", "drop_after"]
    double.fault("GetUser", kind="delay", seconds=0.01)
    with pytest.raises(ClientError):
        client.iam().get_user(UserName="nobody")
    assert [f["fired"] for f in double.faults()] == [1, 1, 1, 1]


def test_faults_of_query_services(client: Any, double: Any) -> None:
    double.fault("CreateUser", code="LimitExceeded")
    with pytest.raises(ClientError) as caught:
        client.iam(once=True).create_user(UserName="u")
    assert caught.value.response["Error"]["Code"] == "LimitExceeded"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_reset(client: Any, double: Any) -> None:
    client.s3().create_bucket(Bucket="b-1")
    double.fault("HeadBucket")
    double.reset()
    assert client.s3().list_buckets()["Buckets"] == []
    assert double.ledger() == double.faults() == []


@pytest.mark.parametrize("rule", [{"kind": "nonsense"}, {"nonsense": 1}])
def test_bad_faults(double: Any, rule: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        double.fault("HeadBucket", **rule)
    assert caught.value.code == 400
    caught.value.close()


def test_unknown_control(double: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        double._ask("GET", "nonsense")
    assert caught.value.code == 404
    caught.value.close()


SCOPE = "AWS4-HMAC-SHA256 Credential=AKIA/20261123/us-east-1/{}/aws4_request, SignedHeaders=host"


@pytest.mark.parametrize(("request_", "operation", "name"), [
    (("GET", "/", ""), "ListBuckets", ""),
    (("PUT", "/b", ""), "CreateBucket", "b"),
    (("GET", "/b", "list-type=2"), "ListObjectsV2", "b"),
    (("GET", "/b", "versions&max-keys=1"), "ListObjectVersions", "b"),
    (("GET", "/b", "uploads"), "ListMultipartUploads", "b"),
    (("PUT", "/b", "versioning"), "PutBucketVersioning", "b"),
    (("GET", "/b", "object-lock"), "GetObjectLockConfiguration", "b"),
    (("DELETE", "/b", "lifecycle"), "DeleteBucketLifecycle", "b"),
    (("DELETE", "/b", "publicAccessBlock"), "DeletePublicAccessBlock", "b"),
    (("GET", "/b", "intelligent-tiering"), "ListBucketIntelligentTieringConfigurations", "b"),
    (("POST", "/b", "delete"), "DeleteObjects", "b"),
    (("PUT", "/b/a%20k", "retention"), "PutObjectRetention", "b/a k"),
    (("POST", "/b/k", "uploads"), "CreateMultipartUpload", "b/k"),
    (("DELETE", "/b/k", "uploadId=1"), "AbortMultipartUpload", "b/k"),
    (("HEAD", "/b/k", ""), "HeadObject", "b/k"),
])
def test_s3_requests(request_: Any, operation: Any, name: Any) -> None:
    assert parse(*request_, "", SCOPE.format("s3")) == Call("s3", operation, name)


def test_query_requests() -> None:
    call = parse("POST", "/", "", "Action=AttachUserPolicy&UserName=u&PolicyArn=arn%3Ax",
                 SCOPE.format("iam"))
    assert call == Call("iam", "AttachUserPolicy", "u/arn:x")
    assert call.mutating
    assert not parse("POST", "/", "", "Action=GetCallerIdentity", SCOPE.format("sts")).mutating


def test_missing_extra(monkeypatch: Any) -> Any:
    real = builtins.__import__

    def importing(name: Any, *rest: Any, **more: Any) -> Any:
        if name.startswith("moto"):
            raise ImportError("no module named moto")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", importing)
    monkeypatch.delitem(sys.modules, "moto", raising=False)
    with pytest.raises(ProviderError) as caught:
        AwsDouble().start()
    assert "vbrprov[sandbox]" in caught.value.hint
    with pytest.raises(RuntimeError):
        _ = AwsDouble().endpoint


def test_json_services_and_whole_accounts_are_read_and_refused(client: Any, double: Any) -> None:
    key = client.kms().create_key()["KeyMetadata"]["KeyId"]
    client.kms().create_alias(AliasName="alias/a", TargetKeyId=key)
    client.s3control().put_public_access_block(
        AccountId="123456789012", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert [(e["service"], e["operation"], e["name"]) for e in double.ledger()] == [
        ("kms", "CreateKey", ""), ("kms", "CreateAlias", "alias/a"),
        ("s3control", "PutPublicAccessBlock", "")]
    double.fault("CreateAlias", code="AlreadyExistsException", message="it is there")
    with pytest.raises(client.kms().exceptions.AlreadyExistsException, match="it is there"):
        client.kms().create_alias(AliasName="alias/b", TargetKeyId=key)


def test_what_moto_takes_and_aws_refuses(client: Any) -> None:
    s3, iam = client.s3(), client.iam()
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    with pytest.raises(s3.exceptions.ClientError, match="InvalidBucketState"):
        s3.put_bucket_versioning(Bucket="locked", VersioningConfiguration={"Status": "Suspended"})
    document = ('{"Version": "2012-10-17", "Statement": '
                '{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}')
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_user(UserName="u")
    iam.attach_user_policy(UserName="u", PolicyArn=arn)
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_policy(PolicyArn=arn)
    iam.create_group(GroupName="g")
    iam.add_user_to_group(UserName="u", GroupName="g")
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_group(GroupName="g")
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
