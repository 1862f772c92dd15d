"""Quotas of IAM that a plan knows of, and what keeps IAM from deleting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.resources.iam_group import IamGroup
from vbrprov_aws.resources.iam_group_membership import IamGroupMembership
from vbrprov_aws.resources.iam_instance_profile import IamInstanceProfile
from vbrprov_aws.resources.iam_policy import IamPolicy
from vbrprov_aws.resources.iam_role import IamRole
from vbrprov_aws.resources.iam_user_group_membership import IamUserGroupMembership
from vbrprov_aws.resources.iam_user_policy import IamUserPolicy
from vbrprov_aws.resources.iam_user_policy_attachment import IamUserPolicyAttachment


def policy(*, size: int = 0, **more: Any) -> str:
    statement = {"Sid": "x" * size, "Effect": "Allow", "Action": "s3:GetObject", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = policy(Principal={"Service": "ec2.amazonaws.com"})


@pytest.fixture
def iam(aws: Any) -> Any:
    iam = aws.client.iam()
    iam.create_user(UserName="agent")
    return iam


def test_inline_policies_of_a_user_together(aws: Any, iam: Any) -> None:
    kind = IamUserPolicy()
    iam.put_user_policy(UserName="agent", PolicyName="old",
                        PolicyDocument=policy(size=1500, Resource="*"))
    fits = aws.plan(kind, user="agent", name="new", policy=policy(size=200, Resource="*"))
    assert fits.errors == []
    planned = aws.plan(kind, user="agent", name="new", policy=policy(size=700, Resource="*"))
    assert planned.errors == ["Inline policies too long"]
    detail = planned.draft.errors[0][1]
    assert "2048" in detail
    assert "aws_iam_user_policy_attachment" in detail
    # A policy that takes the place of the old one has its room.
    assert aws.plan(kind, user="agent", name="old",
                    policy=policy(size=1800, Resource="*")).errors == []


def test_one_inline_policy_alone_without_a_look(aws: Any, iam: Any, double: Any) -> None:
    double.fault("ListUserPolicies", code="AccessDenied", times=0)
    kind = IamUserPolicy()
    assert aws.plan(kind, user="agent", name="p",
                    policy=policy(size=2048, Resource="*")).errors == ["Inline policies too long"]
    assert aws.plan(kind, user="agent", name="p", policy=policy(Resource="*")).errors == []


def test_room_for_attachments(aws: Any, iam: Any) -> None:
    arns = [iam.create_policy(PolicyName=f"p{n}", PolicyDocument=policy(Resource="*"))
            ["Policy"]["Arn"] for n in range(11)]
    for arn in arns[:10]:
        iam.attach_user_policy(UserName="agent", PolicyArn=arn)
    kind = IamUserPolicyAttachment()
    assert aws.plan(kind, user="agent", policy_arn=arns[10]).errors == [
        "No room for another policy"]
    assert aws.plan(kind, user="agent", policy_arn=arns[3]).errors == []
    assert aws.plan(kind, user="later", policy_arn=arns[10]).errors == []


def test_groups_of_a_user(aws: Any, iam: Any) -> None:
    kind = IamUserGroupMembership()
    names = [f"g{n}" for n in range(11)]
    for name in names:
        iam.create_group(GroupName=name)
    assert aws.plan(kind, user="agent", groups=names).errors == ["Too many groups for a user"]
    assert aws.plan(kind, user="agent", groups=names[:10]).errors == []


def test_groups_that_others_gave_stay(aws: Any, iam: Any) -> None:
    kind = IamUserGroupMembership()
    for name in ("ours", "theirs"):
        iam.create_group(GroupName=name)
    iam.add_user_to_group(UserName="agent", GroupName="theirs")
    state = aws.apply(kind, user="agent", groups=["ours"]).state
    aws.settled(kind, state, user="agent", groups=["ours"])
    aws.destroy(kind, state)
    assert [g["GroupName"] for g in iam.list_groups_for_user(UserName="agent")["Groups"]] == [
        "theirs"]


def test_members_of_a_group_are_not_thrown_out_by_a_creation(aws: Any, iam: Any) -> None:
    kind = IamGroupMembership()
    iam.create_group(GroupName="g")
    iam.create_user(UserName="stranger")
    iam.add_user_to_group(UserName="stranger", GroupName="g")
    with pytest.raises(ProviderError) as caught:
        aws.apply(kind, name="m", group="g", users=["agent"])
    assert caught.value.kind is ErrorClass.EXISTS
    assert "stranger" in caught.value.detail
    assert [u["UserName"] for u in iam.get_group(GroupName="g")["Users"]] == ["stranger"]


def test_trust_policy_too_long_for_the_account(aws: Any) -> None:
    long = policy(size=2048, Principal={"Service": "ec2.amazonaws.com"})
    planned = aws.plan(IamRole(), name="r", assume_role_policy=long)
    assert planned.errors == ["Trust policy too long"]
    assert "2048" in planned.draft.errors[0][1]


def test_trust_policy_of_a_principal_that_is_not_known_yet(aws: Any, double: Any) -> None:
    double.fault("CreateRole", code="MalformedPolicyDocument",
                 message="Invalid principal in policy", times=0)
    with pytest.raises(ProviderError) as caught:
        aws.apply(IamRole(), name="r", assume_role_policy=TRUST)
    assert caught.value.kind is ErrorClass.NOT_YET
    assert "trust policy" in caught.value.hint


def test_the_version_that_goes_is_told(aws: Any) -> None:
    kind = IamPolicy()
    state = aws.apply(kind, name="p", policy=policy(Resource="*")).state
    for number in range(4):
        assert aws.plan(kind, state, name="p",
                        policy=policy(size=number + 1, Resource="*")).draft.warnings == []
        state = aws.apply(kind, state, name="p",
                          policy=policy(size=number + 1, Resource="*")).state
    warnings = aws.plan(kind, state, name="p",
                        policy=policy(size=9, Resource="*")).draft.warnings
    assert [summary for summary, _, _ in warnings] == ["Oldest version of the policy goes"]
    assert "version v1" in warnings[0][1]


def test_role_that_others_use(aws: Any, iam: Any) -> None:
    kind = IamRole()
    state = aws.apply(kind, name="r", assume_role_policy=TRUST).state
    iam.put_role_policy(RoleName="r", PolicyName="by-hand", PolicyDocument=policy(Resource="*"))
    iam.create_instance_profile(InstanceProfileName="theirs")
    iam.add_role_to_instance_profile(InstanceProfileName="theirs", RoleName="r")
    with pytest.raises(ProviderError) as caught:
        aws.destroy(kind, state)
    assert caught.value.attribute == "force_detach_policies"
    forced = aws.apply(kind, state, name="r", assume_role_policy=TRUST,
                       force_detach_policies=True).state
    assert aws.destroy(kind, forced).steps == ["detach", "delete"]
    assert aws.read(kind, forced) is None


def test_group_that_others_use(aws: Any, iam: Any) -> None:
    state = aws.apply(IamGroup(), name="g").state
    iam.add_user_to_group(UserName="agent", GroupName="g")
    with pytest.raises(ProviderError) as caught:
        aws.destroy(IamGroup(), state)
    assert caught.value.summary == "Group is still in use"


def test_names_are_made_up(aws: Any) -> None:
    for kind, arguments in ((IamRole(), {"assume_role_policy": TRUST}),
                            (IamInstanceProfile(), {})):
        made = aws.apply(kind, name_prefix="mine-", **arguments).state
        assert made.name.startswith("mine-")
        aws.settled(kind, made, name_prefix="mine-", **arguments)
        twice = aws.plan(kind, name="a", name_prefix="b", **arguments)
        assert twice.errors == ["Name stated twice"]


def test_lost_answer_when_the_role_was_put_in(aws: Any, iam: Any, double: Any) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    double.fault("AddRoleToInstanceProfile", kind="drop_after")
    kind = IamInstanceProfile()
    # The client sends it again and is told that there is one in it: ours.
    state = aws.apply(kind, name="machine", role="r").state
    aws.settled(kind, state, name="machine", role="r")
