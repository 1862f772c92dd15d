"""aws_iam_user."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_aws.resources.iam_user import IamUser, IamUserModel

USER = IamUser()
BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_create(aws: Any, double: Any) -> None:
    arguments = {"name": "agent", "path": "/backup/", "tags": {"a": "b"}}
    run = aws.apply(USER, **arguments)
    assert run.steps == ["create"]
    assert run.state.arn == "arn:aws:iam::123456789012:user/backup/agent"
    assert run.state.unique_id
    assert double.operations() == ["CreateUser"]
    aws.settled(USER, run.state, **arguments)


def test_an_empty_boundary_is_none(aws: Any) -> None:
    arguments = {"name": "agent", "permissions_boundary": ""}
    aws.settled(USER, aws.apply(USER, **arguments).state, **arguments)


def test_smallest(aws: Any) -> None:
    aws.settled(USER, aws.apply(USER, name="agent").state, name="agent")


@pytest.mark.parametrize(("after", "step"), [
    ({"path": "/moved/"}, "path"), ({"tags": {"a": "c", "n": "1"}}, "tags"),
    ({"force_destroy": True}, "settings"),
])
def test_updates(aws: Any, after: Any, step: Any) -> None:
    # moto forgets the tags of a user that moves to another path.
    tags = {} if "path" in after else {"tags": {"a": "b", "gone": "x"}}
    before = aws.apply(USER, name="agent", **tags).state
    arguments = {"name": "agent", **tags, **after}
    planned = aws.plan(USER, before, **arguments).model
    run = aws.run(USER, before, planned)
    assert run.steps == [step]
    assert run.state == planned
    aws.settled(USER, run.state, **arguments)
    back = aws.apply(USER, run.state, name="agent", **tags)
    aws.settled(USER, back.state, name="agent", **tags)


class Boundaries:
    """moto knows no permissions boundary of a user."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def iam(self, *, once: bool = False) -> Any:
        return self

    default_tags: dict[str, str] = {}  # noqa: RUF012  # a stand-in

    def put_user_permissions_boundary(self, **parameters: Any) -> None:
        self.calls.append(("put", parameters))

    def delete_user_permissions_boundary(self, **parameters: Any) -> None:
        self.calls.append(("delete", parameters))


def test_permissions_boundary(aws: Any) -> None:
    bounded = aws.apply(USER, name="agent", permissions_boundary=BOUNDARY).state
    assert bounded.permissions_boundary == BOUNDARY
    aws.client = Boundaries()
    free = aws.apply(USER, bounded, name="agent")
    assert free.steps == ["permissions_boundary"]
    assert free.state.permissions_boundary is None
    again = aws.apply(USER, free.state, name="agent", permissions_boundary=BOUNDARY)
    assert again.state.permissions_boundary == BOUNDARY
    assert aws.client.calls == [
        ("delete", {"UserName": "agent"}),
        ("put", {"UserName": "agent", "PermissionsBoundary": BOUNDARY})]


def test_another_name_is_another_user(aws: Any) -> None:
    state = aws.apply(USER, name="agent").state
    assert "name" in aws.plan(USER, state, name="other").changed
    assert USER.model.schema().attributes["name"].replace_on_change


def test_drift_import_and_gone(aws: Any) -> None:
    state = aws.apply(USER, name="agent").state
    iam = aws.client.iam()
    iam.tag_user(UserName="agent", Tags=[{"Key": "foreign", "Value": "1"}])
    live = aws.read(USER, state)
    assert live.tags == {"foreign": "1"}
    assert aws.apply(USER, live, name="agent").steps == ["tags"]
    assert aws.read(USER, state) == state
    assert USER.import_state(aws.client, "agent", aws.ctx) == state
    iam.delete_user(UserName="agent")
    assert aws.read(USER, state) is None
    assert USER.import_state(aws.client, "agent", aws.ctx) is None
    assert aws.destroy(USER, state).steps == ["delete"]


def test_existing_user_is_not_taken_over(aws: Any, double: Any) -> None:
    aws.client.iam().create_user(UserName="agent")
    with pytest.raises(ProviderError) as caught:
        aws.apply(USER, name="agent")
    assert caught.value.kind is ErrorClass.EXISTS
    assert "vbrprov import ADDRESS agent" in caught.value.hint


def load(aws: Any) -> None:
    iam = aws.client.iam()
    iam.create_access_key(UserName="agent")
    document = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="agent", PolicyArn=arn)
    iam.put_user_policy(UserName="agent", PolicyName="inline", PolicyDocument=document)
    iam.create_group(GroupName="group")
    iam.add_user_to_group(UserName="agent", GroupName="group")
    iam.create_login_profile(UserName="agent", Password="Un-guessable-1")


def test_user_in_use_is_kept(aws: Any) -> None:
    state = aws.apply(USER, name="agent").state
    load(aws)
    with pytest.raises(ProviderError) as caught:
        aws.destroy(USER, state)
    assert caught.value.kind is ErrorClass.INVALID
    assert "force_destroy = true" in caught.value.hint


def test_force_removes_what_hangs_on_it(aws: Any) -> None:
    state = aws.apply(USER, name="agent", force_destroy=True).state
    load(aws)
    assert aws.destroy(USER, state).steps == ["detach", "delete"]
    assert aws.read(USER, state) is None


def test_probe(aws: Any, double: Any) -> None:
    identity = {"name": "agent", "path": "/"}
    assert USER.probe(aws.client, aws.intent(identity), aws.ctx).verdict is ProbeVerdict.ABSENT
    double.fault("CreateUser", kind="drop_after")
    with pytest.raises(ProviderError) as caught:
        aws.apply(USER, name="agent")
    assert caught.value.kind is ErrorClass.LOST
    assert double.operations() == ["CreateUser"]
    found = USER.probe(aws.client, aws.intent(identity), aws.ctx)
    assert found.verdict is ProbeVerdict.OURS
    assert found.state.arn
    old = USER.probe(aws.client, aws.intent(identity, ago=-3600), aws.ctx)
    assert old.verdict is ProbeVerdict.FOREIGN
    moved = USER.probe(aws.client, aws.intent({**identity, "path": "/x/"}), aws.ctx)
    assert moved.verdict is ProbeVerdict.FOREIGN


def test_denied_names_the_permission(aws: Any, double: Any) -> None:
    double.fault("CreateUser", code="AccessDenied")
    with pytest.raises(ProviderError) as caught:
        aws.apply(USER, name="agent")
    assert caught.value.kind is ErrorClass.DENIED
    assert "iam:CreateUser" in caught.value.detail
    double.fault("GetUser", code="AccessDenied")
    with pytest.raises(ProviderError) as caught:
        aws.read(USER, IamUserModel(name="agent"))
    assert caught.value.kind is ErrorClass.DENIED


def test_throttled_and_busy(aws: Any, double: Any) -> None:
    double.fault("CreateUser", code="Throttling", times=2)
    state = aws.apply(USER, name="agent").state
    double.fault("TagUser", code="ConcurrentModification", status=409)
    assert aws.apply(USER, state, name="agent", tags={"a": "b"}).steps == ["tags"]
