"""What the life of each type of the aws provider looks like, as data.

Read by the tests on the double, and by those on other servers.
"""

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
from vbrprov_aws.resources.iam_policy import IamPolicy
from vbrprov_aws.resources.iam_role import IamRole
from vbrprov_aws.resources.iam_role_policy import IamRolePolicy
from vbrprov_aws.resources.iam_role_policy_attachment import IamRolePolicyAttachment
from vbrprov_aws.resources.iam_user import IamUser
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


@dataclass(frozen=True)
class Change:
    """New values of arguments, and the steps that they take."""

    arguments: Arguments
    steps: list[str]


@dataclass(frozen=True)
class Case:
    """One type: ``prepare`` makes what it depends on, ``drift`` changes it by hand.

    Words in angle brackets among the arguments stand for what ``prepare`` made. ``creating`` is the
    call that makes the object, ``drifts`` the attributes that then differ, ``unread`` those that
    no import can know. ``collides``: a second creation is refused.
    """

    kind: Any
    arguments: Arguments
    steps: list[str]
    creating: str
    changes: list[Change] = field(default_factory=list)
    renew: Arguments = field(default_factory=dict)
    import_id: Callable[[Any], str] | None = None
    prepare: Callable[[Any], dict[str, str] | None] = lambda client: None
    drift: Callable[[Any, Any], Any] | None = None
    drifts: list[str] = field(default_factory=list)
    unread: frozenset[str] = frozenset()
    permission: str = ""
    collides: bool = True

    @property
    def name(self) -> str:
        """The type."""
        return str(self.kind.type_name)

    def given(self, made: dict[str, str], changed: Arguments | None = None) -> Arguments:
        """The arguments with what was made in place of words; what is null is left out."""
        out = {**self.arguments, **(changed or {})}
        return {name: made.get(value, value) if isinstance(value, str) else value
                for name, value in out.items() if value is not None}


def _policies(client: Any) -> dict[str, str]:
    make = client.iam().create_policy
    return {f"<{name}>": make(PolicyName=name, PolicyDocument=policy())["Policy"]["Arn"]
            for name in ("managed", "other")}


def _users(client: Any) -> dict[str, str]:
    arns = [client.iam().create_user(UserName=name)["User"]["Arn"] for name in ("agent", "second")]
    return {"<agent>": arns[0], "<second>": arns[1], **_policies(client)}


def _groups(client: Any) -> dict[str, str]:
    for name in ("agent", "second"):
        client.iam().create_group(GroupName=name)
    return _policies(client)


def _members(client: Any) -> dict[str, str]:
    return _groups(client) | {
        f"<{name}>": client.iam().create_user(UserName=name)["User"]["Arn"]
        for name in ("agent", "second")}


def _roles(client: Any) -> dict[str, str]:
    for name in ("agent", "second"):
        client.iam().create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    return _policies(client)


_OWNERS = {"user": _users, "group": _groups, "role": _roles}


def _inline(kind: Any, noun: str) -> Case:
    holder = Holder(noun)

    def drift(client: Any, state: Any) -> None:
        getattr(client.iam(), f"put_{noun}_policy")(
            **{holder.parameter: "agent"}, PolicyName="p", PolicyDocument=policy("s3:*"))

    return Case(
        kind, {noun: "agent", "name": "p", "policy": policy()}, ["create"],
        f"Put{noun.capitalize()}Policy",
        changes=[Change({"policy": policy("s3:PutObject")}, ["policy"])],
        renew={noun: "second", "name": "q"}, import_id=lambda s: "agent:p", prepare=_OWNERS[noun],
        drift=drift, drifts=["policy"])


def _attachment(kind: Any, noun: str) -> Case:
    holder = Holder(noun)
    return Case(
        kind, {noun: "agent", "policy_arn": "<managed>"}, ["attach"],
        f"Attach{noun.capitalize()}Policy", renew={noun: "second", "policy_arn": "<other>"},
        import_id=lambda s: f"agent/{s.policy_arn}", prepare=_OWNERS[noun], collides=False,
        drift=lambda client, state: getattr(client.iam(), f"detach_{noun}_policy")(
            **{holder.parameter: "agent"}, PolicyArn=state.policy_arn))


def _keys(client: Any) -> dict[str, str]:
    return {f"<{name}>": client.kms().create_key()["KeyMetadata"]["KeyId"]
            for name in ("one", "two")}


def _grants(client: Any) -> dict[str, str]:
    return _keys(client) | _users(client)


def _account_block(client: Any, state: Any) -> None:
    client.s3control().put_public_access_block(
        AccountId=state.account_id, PublicAccessBlockConfiguration={
            "BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": False,
            "RestrictPublicBuckets": True})


def _other_key(client: Any, state: Any) -> None:
    other = client.kms().create_key()["KeyMetadata"]["KeyId"]
    client.kms().update_alias(AliasName="alias/backups", TargetKeyId=other)


def _new_version(client: Any, state: Any) -> None:
    client.iam().create_policy_version(PolicyArn=state.arn, SetAsDefault=True,
                                       PolicyDocument=policy("s3:*"))


CASES = [
    Case(IamUser(), {"name": "someone", "tags": {"a": "1"}}, ["create"], "CreateUser",
         changes=[Change({"path": "/backup/"}, ["path"]),
                  Change({"tags": {"b": "2"}}, ["tags"]),
                  Change({"permissions_boundary": "<managed>"}, ["permissions_boundary"]),
                  Change({"force_destroy": True}, ["settings"])],
         renew={"name": "other"}, import_id=lambda s: "someone", prepare=_policies,
         unread=frozenset({"force_destroy"}),
         drift=lambda c, s: c.iam().update_user(UserName="someone", NewPath="/moved/"),
         drifts=["arn", "path"]),
    Case(IamPolicy(), {"name": "p", "policy": policy(), "tags": {"a": "1"}}, ["create"],
         "CreatePolicy",
         changes=[Change({"policy": policy("s3:PutObject")}, ["document"]),
                  Change({"tags": {"b": "2"}}, ["tags"])],
         renew={"name": "q", "path": "/x/", "description": "d"}, import_id=lambda s: str(s.arn),
         drift=_new_version, drifts=["policy"]),
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
         unread=frozenset({"name", "id"}), prepare=_members, collides=False,
         drift=lambda c, s: c.iam().remove_user_from_group(GroupName="agent", UserName="agent"),
         drifts=["users"]),
    Case(IamUserGroupMembership(), {"user": "agent", "groups": ["agent", "second"]},
         ["create", "add:agent", "add:second"], "AddUserToGroup",
         changes=[Change({"groups": ["second"]}, ["remove:agent"])], renew={"user": "second"},
         import_id=lambda s: "agent/agent/second", prepare=_members, collides=False,
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
                  Change({"permissions_boundary": "<managed>"}, ["permissions_boundary"]),
                  Change({"tags": {"b": "2"}}, ["tags"]),
                  Change({"force_detach_policies": True}, ["settings"])],
         renew={"name": "other-role", "path": "/x/"}, import_id=lambda s: "agent-role",
         prepare=_roles, unread=frozenset({"force_detach_policies"}),
         drift=lambda c, s: c.iam().update_role(RoleName="agent-role", Description="by hand"),
         drifts=["description"]),
    Case(IamInstanceProfile(), {"name": "machine", "role": "agent", "tags": {"a": "1"}},
         ["create", "role"], "CreateInstanceProfile",
         changes=[Change({"role": "second"}, ["remove_role", "role"]),
                  Change({"role": None}, ["remove_role"]),
                  Change({"tags": {"a": "2"}}, ["tags"])],
         renew={"name": "other", "path": "/x/"}, import_id=lambda s: "machine",
         prepare=_roles,
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
    Case(KmsAlias(), {"name": "alias/backups", "target_key_id": "<one>"}, ["create"], "CreateAlias",
         changes=[Change({"target_key_id": "<two>"}, ["target"])],
         renew={"name": "alias/others", "region": "eu-west-1"},
         import_id=lambda s: "alias/backups", prepare=_keys,
         drift=_other_key,
         drifts=["target_key_id", "target_key_arn"]),
    Case(KmsGrant(), {"name": "agent", "key_id": "<one>", "grantee_principal": "<agent>",
                      "operations": ["Decrypt", "Encrypt"]}, ["create"], "CreateGrant",
         changes=[Change({"retire_on_delete": True}, ["settings"])],
         renew={"name": "x", "key_id": "<two>", "operations": ["Decrypt"], "region": "eu-west-1",
                "grantee_principal": "<second>", "retiring_principal": "<second>"},
         import_id=lambda s: f"{s.key_id}:{s.grant_id}", prepare=_grants,
         drift=lambda c, s: c.kms().revoke_grant(KeyId=s.key_id, GrantId=s.grant_id)),
    Case(S3AccountPublicAccessBlock(), {}, ["create"], "PutPublicAccessBlock",
         changes=[Change({"ignore_public_acls": False}, ["switches"])],
         renew={"account_id": "210987654321"}, import_id=lambda s: str(s.account_id),
         permission="s3:PutAccountPublicAccessBlock",
         drift=_account_block, drifts=["ignore_public_acls"]),
]

#: What moto cannot do at all: type and argument.
NOT_IN_MOTO = {("aws_iam_user", "permissions_boundary"): "has no PutUserPermissionsBoundary"}
