"""What the life of each type looks like, as data: read by ``test_lifecycles.py``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vbrprov_aws.resources.iam_group import IamGroup
from vbrprov_aws.resources.iam_group_membership import IamGroupMembership
from vbrprov_aws.resources.iam_group_policy import IamGroupPolicy
from vbrprov_aws.resources.iam_group_policy_attachment import IamGroupPolicyAttachment
from vbrprov_aws.resources.iam_instance_profile import IamInstanceProfile
from vbrprov_aws.resources.iam_role import IamRole
from vbrprov_aws.resources.iam_role_policy import IamRolePolicy
from vbrprov_aws.resources.iam_role_policy_attachment import IamRolePolicyAttachment
from vbrprov_aws.resources.iam_user_group_membership import IamUserGroupMembership
from vbrprov_aws.resources.iam_user_policy import IamUserPolicy
from vbrprov_aws.resources.iam_user_policy_attachment import IamUserPolicyAttachment
from vbrprov_aws.resources.kms_alias import KmsAlias
from vbrprov_aws.resources.kms_grant import KmsGrant
from vbrprov_aws.resources.kms_key import KmsKey
from vbrprov_aws.resources.s3_account_public_access_block import S3AccountPublicAccessBlock
from vbrprov_s3.iam.holders import Holder

Arguments = dict[str, Any]


def policy(action: str = "s3:GetObject", **more: Any) -> str:
    """A policy document of one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]},
                      separators=(",", ":"))


def trust(service: str = "ec2.amazonaws.com") -> str:
    """A trust policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}]},
        separators=(",", ":"))


MANAGED = "arn:aws:iam::123456789012:policy/p"
OTHER = "arn:aws:iam::123456789012:policy/other"


@dataclass(frozen=True)
class Change:
    """New values of arguments, and the steps that they take."""

    arguments: Arguments
    steps: list[str]


@dataclass(frozen=True)
class Case:
    """One type: ``prepare`` makes what it depends on, ``drift`` changes it by hand.

    ``creating`` is the call that makes it, ``drifts`` the attributes that then differ, ``unread``
    those that no import can know. ``foreign`` has the probe of a crash find somebody else's.
    """

    kind: Any
    arguments: Arguments
    steps: list[str]
    creating: str
    changes: list[Change] = field(default_factory=list)
    renew: Arguments = field(default_factory=dict)
    import_id: Callable[[Any], str] | None = None
    prepare: Callable[[Any], Any] = lambda client: None
    drift: Callable[[Any, Any], Any] | None = None
    drifts: list[str] = field(default_factory=list)
    unread: frozenset[str] = frozenset()
    permission: str = ""
    collides: bool = True

    @property
    def name(self) -> str:
        """The type."""
        return str(self.kind.type_name)


def _identities(client: Any) -> None:
    iam = client.iam()
    iam.create_user(UserName="agent")
    iam.create_user(UserName="second")
    iam.create_group(GroupName="agent")
    iam.create_group(GroupName="second")
    for name in ("agent", "second"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    for name in ("p", "other"):
        iam.create_policy(PolicyName=name, PolicyDocument=policy())


def _inline(kind: Any, noun: str) -> Case:
    holder = Holder(noun)

    def drift(client: Any, state: Any) -> None:
        getattr(client.iam(), f"put_{noun}_policy")(
            **{holder.parameter: "agent"}, PolicyName="p", PolicyDocument=policy("s3:*"))

    return Case(
        kind, {noun: "agent", "name": "p", "policy": policy()}, ["create"],
        f"Put{noun.capitalize()}Policy",
        changes=[Change({"policy": policy("s3:PutObject")}, ["policy"])],
        renew={noun: "second", "name": "q"}, import_id=lambda s: "agent:p", prepare=_identities,
        drift=drift, drifts=["policy"])


def _attachment(kind: Any, noun: str) -> Case:
    holder = Holder(noun)
    return Case(
        kind, {noun: "agent", "policy_arn": MANAGED}, ["attach"],
        f"Attach{noun.capitalize()}Policy", renew={noun: "second", "policy_arn": OTHER},
        import_id=lambda s: f"agent/{MANAGED}", prepare=_identities, collides=False,
        drift=lambda client, state: getattr(client.iam(), f"detach_{noun}_policy")(
            **{holder.parameter: "agent"}, PolicyArn=MANAGED))


def _kms(client: Any) -> None:
    for name in ("one", "two"):
        key = client.kms().create_key()["KeyMetadata"]["KeyId"]
        client.kms().create_alias(AliasName=f"alias/{name}-key", TargetKeyId=key)


def key_of(client: Any, name: str) -> str:
    """The id of one of the two keys."""
    return str(client.kms().describe_key(KeyId=f"alias/{name}-key")["KeyMetadata"]["KeyId"])


GRANTEE = "arn:aws:iam::123456789012:user/agent"

CASES = [
    Case(IamGroup(), {"name": "agents"}, ["create"], "CreateGroup",
         changes=[Change({"path": "/backup/"}, ["path"])], renew={"name": "others"},
         import_id=lambda s: "agents",
         drift=lambda c, s: c.iam().update_group(GroupName="agents", NewPath="/moved/"),
         drifts=["arn", "path"]),
    Case(IamGroupMembership(), {"name": "m", "group": "agent", "users": ["agent", "second"]},
         ["create", "add:agent", "add:second"], "AddUserToGroup",
         changes=[Change({"users": ["agent"]}, ["remove:second"]),
                  Change({"users": []}, ["remove:agent", "remove:second"])],
         renew={"name": "n", "group": "second"}, import_id=lambda s: "agent",
         unread=frozenset({"name", "id"}), prepare=_identities, collides=False,
         drift=lambda c, s: c.iam().remove_user_from_group(GroupName="agent", UserName="agent"),
         drifts=["users"]),
    Case(IamUserGroupMembership(), {"user": "agent", "groups": ["agent", "second"]},
         ["create", "add:agent", "add:second"], "AddUserToGroup",
         changes=[Change({"groups": ["second"]}, ["remove:agent"])], renew={"user": "second"},
         import_id=lambda s: "agent/agent/second", prepare=_identities, collides=False,
         drift=lambda c, s: c.iam().remove_user_from_group(GroupName="agent", UserName="agent"),
         drifts=["groups"]),
    _inline(IamUserPolicy(), "user"),
    _inline(IamGroupPolicy(), "group"),
    _inline(IamRolePolicy(), "role"),
    _attachment(IamUserPolicyAttachment(), "user"),
    _attachment(IamGroupPolicyAttachment(), "group"),
    _attachment(IamRolePolicyAttachment(), "role"),
    Case(IamRole(), {"name": "agent-role", "assume_role_policy": trust(), "tags": {"a": "1"}},
         ["create"], "CreateRole",
         changes=[Change({"assume_role_policy": trust("s3.amazonaws.com")},
                         ["assume_role_policy"]),
                  Change({"description": "for agents"}, ["description"]),
                  Change({"max_session_duration": 7200}, ["description"]),
                  Change({"permissions_boundary": MANAGED}, ["permissions_boundary"]),
                  Change({"tags": {"b": "2"}}, ["tags"]),
                  Change({"force_detach_policies": True}, ["settings"])],
         renew={"name": "other-role", "path": "/x/"}, import_id=lambda s: "agent-role",
         prepare=_identities, unread=frozenset({"force_detach_policies"}),
         drift=lambda c, s: c.iam().update_role(RoleName="agent-role", Description="by hand"),
         drifts=["description"]),
    Case(IamInstanceProfile(), {"name": "machine", "role": "agent", "tags": {"a": "1"}},
         ["create", "role"], "CreateInstanceProfile",
         changes=[Change({"role": "second"}, ["remove_role", "role"]),
                  Change({"role": None}, ["remove_role"]),
                  Change({"tags": {"a": "2"}}, ["tags"])],
         renew={"name": "other", "path": "/x/"}, import_id=lambda s: "machine",
         prepare=_identities,
         drift=lambda c, s: c.iam().remove_role_from_instance_profile(
             InstanceProfileName="machine", RoleName="agent"), drifts=["role"]),
    Case(KmsKey(), {"description": "backups", "deletion_policy": "DELETE", "tags": {"a": "1"}},
         ["create"], "CreateKey",
         changes=[Change({"description": "more"}, ["description"]),
                  Change({"policy": policy("kms:*", Principal={"AWS": "*"})}, ["policy"]),
                  Change({"enable_key_rotation": True}, ["rotation"]),
                  Change({"is_enabled": False}, ["disable"]),
                  Change({"tags": {"b": "2"}}, ["tags"]),
                  Change({"deletion_window_in_days": 7}, ["settings"])],
         renew={"key_usage": "SIGN_VERIFY", "multi_region": True,
                "customer_master_key_spec": "RSA_2048", "region": "eu-west-1"},
         import_id=lambda s: str(s.key_id), collides=False,
         unread=frozenset({"deletion_policy", "deletion_window_in_days"}),
         drift=lambda c, s: c.kms().enable_key_rotation(KeyId=s.key_id),
         drifts=["enable_key_rotation"]),
    Case(KmsAlias(), {"name": "alias/backups", "target_key_id": "one"}, ["create"], "CreateAlias",
         changes=[Change({"target_key_id": "two"}, ["target"])],
         renew={"name": "alias/others", "region": "eu-west-1"},
         import_id=lambda s: "alias/backups", prepare=_kms,
         drift=lambda c, s: c.kms().update_alias(AliasName="alias/backups",
                                                 TargetKeyId=key_of(c, "two")),
         drifts=["target_key_id", "target_key_arn"]),
    Case(KmsGrant(), {"name": "agent", "key_id": "one", "grantee_principal": GRANTEE,
                      "operations": ["Decrypt", "Encrypt"]}, ["create"], "CreateGrant",
         changes=[Change({"retire_on_delete": True}, ["settings"])],
         renew={"name": "x", "key_id": "two", "operations": ["Decrypt"], "region": "eu-west-1",
                "grantee_principal": f"{GRANTEE}2", "retiring_principal": GRANTEE},
         import_id=lambda s: f"{s.key_id}:{s.grant_id}", prepare=_kms,
         drift=lambda c, s: c.kms().revoke_grant(KeyId=s.key_id, GrantId=s.grant_id)),
    Case(S3AccountPublicAccessBlock(), {}, ["create"], "PutPublicAccessBlock",
         changes=[Change({"ignore_public_acls": False}, ["switches"])],
         renew={"account_id": "210987654321"}, import_id=lambda s: str(s.account_id),
         permission="s3:PutAccountPublicAccessBlock",
         drift=lambda c, s: c.s3control().put_public_access_block(
             AccountId=s.account_id, PublicAccessBlockConfiguration={
                 "BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": False,
                 "RestrictPublicBuckets": True}), drifts=["ignore_public_acls"]),
]
