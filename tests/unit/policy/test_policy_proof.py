"""Rendered policies at work: what Veeam calls passes on a server that enforces, nothing else does.

For every action the call that needs it is tried with the whole policy and with this action taken
out of it, so an action that is superfluous, or in the wrong statement, shows.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from vbrprov.policy.asking import PolicyArguments
from vbrprov.policy.rendering import render

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BUCKET, OTHER, USER = "proof-backup", "proof-other", "proof"
KEY = "Veeam/Backup/site1/block"
ARN = "arn:aws:iam::000000000000:policy/absent"
NOBODY = "absent"

Call = Callable[[Any, Any, Any], Any]
CALLS: dict[str, list[Call]] = {
    "s3:ListBucket": [
        lambda s3, iam, sts: s3.list_objects_v2(Bucket=BUCKET, Prefix="Veeam/Backup/site1/"),
        lambda s3, iam, sts: s3.head_bucket(Bucket=BUCKET)],
    "s3:ListBucketVersions": [lambda s3, iam, sts: s3.list_object_versions(
        Bucket=BUCKET, Prefix="Veeam/Backup/site1/")],
    "s3:GetBucketLocation": [lambda s3, iam, sts: s3.get_bucket_location(Bucket=BUCKET)],
    "s3:GetBucketVersioning": [lambda s3, iam, sts: s3.get_bucket_versioning(Bucket=BUCKET)],
    "s3:GetBucketObjectLockConfiguration": [
        lambda s3, iam, sts: s3.get_object_lock_configuration(Bucket=BUCKET)],
    "s3:ListAllMyBuckets": [lambda s3, iam, sts: s3.list_buckets()],
    "s3:PutObject": [lambda s3, iam, sts: s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"1")],
    "s3:GetObject": [lambda s3, iam, sts: s3.get_object(Bucket=BUCKET, Key=KEY),
                     lambda s3, iam, sts: s3.head_object(Bucket=BUCKET, Key=KEY)],
    "s3:DeleteObject": [lambda s3, iam, sts: s3.delete_object(Bucket=BUCKET, Key=f"{KEY}-gone")],
    "s3:GetObjectVersion": [lambda s3, iam, sts: s3.get_object(
        Bucket=BUCKET, Key=KEY, VersionId="absent")],
    "s3:DeleteObjectVersion": [lambda s3, iam, sts: s3.delete_object(
        Bucket=BUCKET, Key=KEY, VersionId="absent")],
    "s3:GetObjectRetention": [lambda s3, iam, sts: s3.get_object_retention(Bucket=BUCKET, Key=KEY)],
    "s3:PutObjectRetention": [lambda s3, iam, sts: s3.put_object_retention(
        Bucket=BUCKET, Key=KEY, Retention={"Mode": "COMPLIANCE",
                                           "RetainUntilDate": "2099-01-01T00:00:00Z"})],
    "s3:GetObjectLegalHold": [
        lambda s3, iam, sts: s3.get_object_legal_hold(Bucket=BUCKET, Key=KEY)],
    "s3:PutObjectLegalHold": [lambda s3, iam, sts: s3.put_object_legal_hold(
        Bucket=BUCKET, Key=KEY, LegalHold={"Status": "OFF"})],
    "s3:CreateBucket": [lambda s3, iam, sts: s3.create_bucket(Bucket="proof-child")],
    "s3:DeleteBucket": [lambda s3, iam, sts: s3.delete_bucket(Bucket="proof-absent")],
    "s3:RestoreObject": [lambda s3, iam, sts: s3.restore_object(
        Bucket=BUCKET, Key=KEY, RestoreRequest={"Days": 1})],
    "s3:AbortMultipartUpload": [lambda s3, iam, sts: s3.abort_multipart_upload(
        Bucket=BUCKET, Key=KEY, UploadId="absent")],
    "iam:AttachUserPolicy": [
        lambda s3, iam, sts: iam.attach_user_policy(UserName=NOBODY, PolicyArn=ARN)],
    "iam:CreateAccessKey": [lambda s3, iam, sts: iam.create_access_key(UserName=NOBODY)],
    "iam:CreatePolicy": [lambda s3, iam, sts: iam.create_policy(
        PolicyName="p", PolicyDocument="{}")],
    "iam:CreatePolicyVersion": [lambda s3, iam, sts: iam.create_policy_version(
        PolicyArn=ARN, PolicyDocument="{}")],
    "iam:CreateUser": [lambda s3, iam, sts: iam.create_user(UserName="agent")],
    "iam:DeleteAccessKey": [lambda s3, iam, sts: iam.delete_access_key(
        UserName=NOBODY, AccessKeyId="AKIAIOSFODNN7EXAMPLE")],
    "iam:DeletePolicy": [lambda s3, iam, sts: iam.delete_policy(PolicyArn=ARN)],
    "iam:DeletePolicyVersion": [
        lambda s3, iam, sts: iam.delete_policy_version(PolicyArn=ARN, VersionId="v1")],
    "iam:DeleteUser": [lambda s3, iam, sts: iam.delete_user(UserName=NOBODY)],
    "iam:DeleteUserPolicy": [
        lambda s3, iam, sts: iam.delete_user_policy(UserName=NOBODY, PolicyName="p")],
    "iam:DetachUserPolicy": [
        lambda s3, iam, sts: iam.detach_user_policy(UserName=NOBODY, PolicyArn=ARN)],
    "iam:GetPolicy": [lambda s3, iam, sts: iam.get_policy(PolicyArn=ARN)],
    "iam:GetPolicyVersion": [
        lambda s3, iam, sts: iam.get_policy_version(PolicyArn=ARN, VersionId="v1")],
    "iam:GetUser": [lambda s3, iam, sts: iam.get_user(UserName=NOBODY)],
    "iam:GetUserPolicy": [
        lambda s3, iam, sts: iam.get_user_policy(UserName=NOBODY, PolicyName="p")],
    "iam:ListAccessKeys": [lambda s3, iam, sts: iam.list_access_keys(UserName=NOBODY)],
    "iam:ListAttachedUserPolicies": [
        lambda s3, iam, sts: iam.list_attached_user_policies(UserName=NOBODY)],
    "iam:ListPolicyVersions": [lambda s3, iam, sts: iam.list_policy_versions(PolicyArn=ARN)],
    "iam:ListUserPolicies": [lambda s3, iam, sts: iam.list_user_policies(UserName=NOBODY)],
    "iam:PutUserPolicy": [lambda s3, iam, sts: iam.put_user_policy(
        UserName=NOBODY, PolicyName="p", PolicyDocument="{}")],
    "iam:SetDefaultPolicyVersion": [
        lambda s3, iam, sts: iam.set_default_policy_version(PolicyArn=ARN, VersionId="v1")],
    "iam:SimulatePrincipalPolicy": [lambda s3, iam, sts: iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::000000000000:user/{NOBODY}", ActionNames=["s3:GetObject"])],
    "iam:TagUser": [lambda s3, iam, sts: iam.tag_user(
        UserName=NOBODY, Tags=[{"Key": "k", "Value": "v"}])],
}
#: Calls that nobody needs a permission for: on AWS too; on SeaweedFS, which lists what may be seen.
FREE = {"ministack": {"sts:GetCallerIdentity"}, "weed": {"s3:ListAllMyBuckets"}}

#: Known difference: ministack asks for these on everything, AWS on ARNs
#: (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
ON_EVERYTHING = ("iam:CreatePolicy", "iam:SimulatePrincipalPolicy")

#: What no rendered policy may let through.
OUTSIDE: dict[str, Call] = {
    "another bucket": lambda s3, iam, sts: s3.put_object(Bucket=OTHER, Key=KEY, Body=b"1"),
    "lifecycle": lambda s3, iam, sts: s3.put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration={"Rules": [{
            "ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}),
    "bucket policy": lambda s3, iam, sts: s3.delete_bucket_policy(Bucket=BUCKET),
    "versioning": lambda s3, iam, sts: s3.put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}),
    "groups": lambda s3, iam, sts: iam.create_group(GroupName="admins"),
}
FOLDER_OUTSIDE: dict[str, Call] = {
    "another folder": lambda s3, iam, sts: s3.get_object(
        Bucket=BUCKET, Key="Veeam/Backup/site10/block"),
    "list another folder": lambda s3, iam, sts: s3.list_objects_v2(
        Bucket=BUCKET, Prefix="Veeam/Backup/site10/"),
}

SETS: dict[str, dict[str, Any]] = {
    "repository": {"purpose": "repository"},
    "immutable": {"purpose": "repository", "immutability": True},
    "folder": {"purpose": "repository", "immutability": True, "folder": "site1"},
    "hardened": {"purpose": "repository", "immutability": True, "hardened": True},
    "mfa_free": {"purpose": "repository", "mfa_free": True},
    "read_only": {"purpose": "read_only", "immutability": True},
    "archive": {"purpose": "archive", "immutability": True, "appliance": "none"},
    "agents": {"purpose": "agents", "immutability": True},
    "cloud_connect": {"purpose": "cloud_connect"},
    "standalone": {"purpose": "standalone_agent"},
}
COMPATIBLE: dict[str, dict[str, Any]] = {
    "folder": {"purpose": "repository", "immutability": True, "folder": "site1"},
    "multi_bucket": {"purpose": "repository", "immutability": True, "multi_bucket": True},
    "agents": {"purpose": "agents", "agent_access": "iam_sts"},
}
#: SeaweedFS takes no policies about users, child buckets or archives, and none that deny.
ON_WEED: dict[str, dict[str, Any]] = {
    name: SETS[name] for name in ("repository", "immutable", "folder", "read_only", "standalone")}
CASES = [*(("ministack", "aws", name, given) for name, given in SETS.items()),
         *(("ministack", vendor, name, given) for vendor in ("wasabi", "generic")
           for name, given in COMPATIBLE.items()),
         *(("weed", "generic", name, given) for name, given in ON_WEED.items())]


def _made(server: Any) -> dict[str, Any]:
    s3, iam = server.client("s3"), server.client("iam")
    for bucket in (BUCKET, OTHER):
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"1")
    iam.create_user(UserName=USER)
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    own = key["AccessKeyId"], key["SecretAccessKey"]
    return {"iam": iam, "user": tuple(server.client(name, *own) for name in ("s3", "iam", "sts"))}


@pytest.fixture(scope="module")
def ministack_world(enforcer: Any) -> dict[str, Any]:
    return _made(enforcer)


@pytest.fixture(scope="module")
def weed_world(weed: Any) -> dict[str, Any]:
    return _made(weed)


def passes(world: dict[str, Any], call: Call) -> bool:
    from botocore.exceptions import ClientError

    try:
        call(*world["user"])
    except ClientError as error:
        # An object that is no archive is refused with this status, too.
        return (error.response["ResponseMetadata"]["HTTPStatusCode"] != 403
                or error.response["Error"]["Code"] == "ObjectAlreadyInActiveTierError")
    return True


def put(world: dict[str, Any], body: Any) -> None:
    world["iam"].put_user_policy(UserName=USER, PolicyName="p", PolicyDocument=json.dumps(body))


def without(body: Any, action: str) -> Any:
    """The policy with one action taken out of it."""
    out = copy.deepcopy(body)
    for statement in out["Statement"]:
        listed = statement["Action"]
        listed = listed if isinstance(listed, list) else [listed]
        statement["Action"] = [a for a in listed if a != action or statement["Effect"] == "Deny"]
    out["Statement"] = [s for s in out["Statement"] if s["Action"]]
    return out


@pytest.mark.parametrize(
    ("server", "vendor", "name", "given"), CASES,
    ids=[f"{server}-{vendor}-{name}" for server, vendor, name, _ in CASES])
def test_exactly_what_is_needed(
    server: str, vendor: str, name: str, given: dict[str, Any], request: pytest.FixtureRequest,
) -> None:
    world = request.getfixturevalue(f"{server}_world")
    rendered = render(PolicyArguments(vendor=vendor, buckets=[BUCKET], **given))
    body = copy.deepcopy(rendered.document.body)
    body["Statement"] += [{"Effect": "Allow", "Action": action, "Resource": "*"}
                          for action in ON_EVERYTHING if action in str(body)]
    actions = [each.action for each in rendered.explain() if each.action not in FREE[server]]
    put(world, body)
    for action in actions:
        for call in CALLS[action]:
            assert passes(world, call), f"{action} is refused"
    outside = {**OUTSIDE, **(FOLDER_OUTSIDE if "folder" in given else {})}
    if server == "weed":
        # It has no groups, and says so instead of refusing.
        del outside["groups"]
    if given.get("multi_bucket"):
        del outside["another bucket"]
    for what, call in outside.items():
        assert not passes(world, call), f"{what} is let through"
    for action in actions:
        put(world, without(body, action))
        for call in CALLS[action]:
            assert not passes(world, call), f"without {action} the call still passes"
