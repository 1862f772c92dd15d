"""aws_iam_policy and aws_iam_user_policy_attachment."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_aws.resources.iam_policy import IamPolicy
from vbrprov_aws.resources.iam_user_policy_attachment import IamUserPolicyAttachment

POLICY = IamPolicy()
ATTACHMENT = IamUserPolicyAttachment()


def document(*actions: Any, indent: Any = None) -> Any:
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": list(actions), "Resource": ["arn:aws:s3:::b/*"]}]},
        indent=indent)


ONE = document("s3:GetObject")


def versions(aws: Any, state: Any) -> Any:
    return aws.client.iam().list_policy_versions(PolicyArn=state.arn)["Versions"]


def test_create(aws: Any) -> None:
    arguments = {"name": "backup", "path": "/v/", "description": "For backups", "policy": ONE,
                 "tags": {"a": "b"}}
    run = aws.apply(POLICY, **arguments)
    assert run.steps == ["create"]
    assert run.state.arn == run.state.id == "arn:aws:iam::123456789012:policy/v/backup"
    aws.settled(POLICY, run.state, **arguments)


def test_an_empty_description_is_none(aws: Any) -> None:
    arguments = {"name": "backup", "description": "", "policy": ONE}
    aws.settled(POLICY, aws.apply(POLICY, **arguments).state, **arguments)


def test_made_up_name(aws: Any) -> None:
    run = aws.apply(POLICY, name_prefix="backup-", policy=ONE)
    assert run.state.name.startswith("backup-")
    assert run.identities[0] == {"name": run.state.name, "path": "/"}
    aws.settled(POLICY, run.state, name_prefix="backup-", policy=ONE)


def test_another_spelling_is_no_change(aws: Any) -> None:
    state = aws.apply(POLICY, name="backup", policy=ONE).state
    spelled = json.dumps({"Statement": {"Resource": "arn:aws:s3:::b/*", "Action": "S3:getobject",
                                        "Effect": "Allow"}, "Version": "2012-10-17"}, indent=4)
    planned = aws.plan(POLICY, state, name="backup", policy=spelled)
    assert planned.changed == []
    assert len(versions(aws, state)) == 1


def test_document_change_makes_versions_and_keeps_five(aws: Any) -> None:
    state = aws.apply(POLICY, name="backup", policy=ONE).state
    for number in range(7):
        text = document("s3:GetObject", f"s3:Action{number}")
        run = aws.apply(POLICY, state, name="backup", policy=text)
        assert run.steps == ["document"]
        state = run.state
        aws.settled(POLICY, state, name="backup", policy=text)
    kept = versions(aws, state)
    assert len(kept) == 5
    assert {v["VersionId"] for v in kept} == {"v4", "v5", "v6", "v7", "v8"}


def test_repeated_document_step_makes_no_second_version(aws: Any, double: Any) -> None:
    state = aws.apply(POLICY, name="backup", policy=ONE).state
    double.fault("CreatePolicyVersion", kind="drop_after")
    two = document("s3:PutObject")
    with pytest.raises(ProviderError) as caught:
        aws.apply(POLICY, state, name="backup", policy=two)
    assert caught.value.kind is ErrorClass.LOST
    assert aws.apply(POLICY, state, name="backup", policy=two).steps == ["document"]
    assert len(versions(aws, state)) == 2


def test_tags_drift_import_destroy(aws: Any) -> None:
    state = aws.apply(POLICY, name="backup", policy=ONE).state
    run = aws.apply(POLICY, state, name="backup", policy=ONE, tags={"a": "b"})
    assert run.steps == ["tags"]
    aws.settled(POLICY, run.state, name="backup", policy=ONE, tags={"a": "b"})
    iam = aws.client.iam()
    iam.create_policy_version(PolicyArn=state.arn, PolicyDocument=document("s3:*"),
                              SetAsDefault=True)
    live = aws.read(POLICY, run.state)
    assert "s3:*" in live.policy
    assert aws.apply(POLICY, live, name="backup", policy=ONE, tags={"a": "b"}).steps == ["document"]
    found = POLICY.import_state(aws.client, state.arn, aws.ctx)
    assert (found.name, found.tags) == ("backup", {"a": "b"})
    assert aws.plan(POLICY, found, name="backup", policy=ONE, tags={"a": "b"}).changed == []
    assert aws.destroy(POLICY, found).steps == ["delete"]
    assert aws.read(POLICY, found) is None
    assert aws.destroy(POLICY, found).steps == ["delete"]
    with pytest.raises(ProviderError):
        POLICY.import_state(aws.client, "backup", aws.ctx)


def test_existing_policy_is_not_taken_over(aws: Any) -> None:
    aws.client.iam().create_policy(PolicyName="backup", PolicyDocument=ONE)
    with pytest.raises(ProviderError) as caught:
        aws.apply(POLICY, name="backup", policy=ONE)
    assert caught.value.kind is ErrorClass.EXISTS


def test_attached_elsewhere(aws: Any, double: Any) -> None:
    state = aws.apply(POLICY, name="backup", policy=ONE).state
    double.fault("DeletePolicy", code="DeleteConflict", status=409)
    with pytest.raises(ProviderError) as caught:
        aws.destroy(POLICY, state)
    assert caught.value.summary == "Policy is still attached"


def test_probe(aws: Any, double: Any) -> None:
    identity = {"name": "backup", "path": "/v/"}
    assert POLICY.probe(aws.client, aws.intent(identity), aws.ctx).verdict is ProbeVerdict.ABSENT
    double.fault("CreatePolicy", kind="drop_after")
    with pytest.raises(ProviderError) as caught:
        aws.apply(POLICY, name="backup", path="/v/", policy=ONE)
    assert caught.value.kind is ErrorClass.LOST
    found = POLICY.probe(aws.client, aws.intent(identity), aws.ctx)
    assert found.verdict is ProbeVerdict.OURS
    assert aws.apply(POLICY, found.state, name="backup", path="/v/", policy=ONE).steps == []
    before = POLICY.probe(aws.client, aws.intent(identity, ago=-3600), aws.ctx)
    assert before.verdict is ProbeVerdict.FOREIGN


def test_attachment(aws: Any) -> None:
    aws.client.iam().create_user(UserName="agent")
    arn = aws.apply(POLICY, name="backup", policy=ONE).state.arn
    arguments = {"user": "agent", "policy_arn": arn}
    intent = aws.intent(arguments)
    assert ATTACHMENT.probe(aws.client, intent, aws.ctx).verdict is ProbeVerdict.ABSENT
    run = aws.apply(ATTACHMENT, **arguments)
    assert run.steps == ["attach"]
    assert ATTACHMENT.probe(aws.client, intent, aws.ctx).verdict is ProbeVerdict.OURS
    aws.settled(ATTACHMENT, run.state, **arguments)
    assert ATTACHMENT.import_state(aws.client, f"agent/{arn}", aws.ctx) == run.state
    # Attaching again is what a resumed run does.
    assert aws.apply(ATTACHMENT, **arguments).state == run.state
    assert aws.destroy(ATTACHMENT, run.state).steps == ["detach"]
    assert aws.read(ATTACHMENT, run.state) is None
    assert aws.destroy(ATTACHMENT, run.state).steps == ["detach"]
    with pytest.raises(ProviderError):
        ATTACHMENT.import_state(aws.client, "agent", aws.ctx)


def test_attachment_to_nobody(aws: Any) -> None:
    arn = aws.apply(POLICY, name="backup", policy=ONE).state.arn
    with pytest.raises(ProviderError) as caught:
        aws.apply(ATTACHMENT, user="nobody", policy_arn=arn)
    assert caught.value.kind is ErrorClass.NOT_FOUND
