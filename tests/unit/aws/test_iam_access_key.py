"""aws_iam_access_key: the secret, the quota, the lost answer."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderContext, ProviderError, Recovery
from vbrprov_aws.provider import CONFIG, AwsModel
from vbrprov_aws.resources.iam_access_key import IamAccessKey, IamAccessKeyModel

KEY = IamAccessKey()


@pytest.fixture
def user(aws: Any) -> Any:
    aws.client.iam().create_user(UserName="agent")
    return "agent"


def test_create(aws: Any, double: Any, user: Any) -> None:
    run = aws.apply(KEY, user=user)
    assert run.steps == ["create"]
    state = run.state
    assert state.id.startswith("AKIA")
    assert len(state.secret) == 40
    assert state.status == "Active"
    assert state.create_date.endswith("Z")
    aws.settled(KEY, state, user=user)
    assert state.secret not in str(double.ledger())
    assert state.secret not in repr(state)


def test_the_redactor_learns_the_secret(aws: Any, double: Any, user: Any) -> None:
    told = []
    aws.client = CONFIG.configure(
        AwsModel(), ProviderContext(sandbox=double.sandbox, secret=told.append))
    assert aws.apply(KEY, user=user).state.secret in told


def test_declared_as_the_engine_needs_it() -> None:
    schema = KEY.model.schema().attributes
    assert KEY.recovery is Recovery.LISTED_BEFORE
    assert KEY.create_before_destroy
    assert schema["secret"].one_time
    assert schema["secret"].sensitive
    assert schema["keepers"].replace_on_change


def test_status(aws: Any, user: Any) -> None:
    state = aws.apply(KEY, user=user).state
    run = aws.apply(KEY, state, user=user, status="Inactive")
    assert run.steps == ["status"]
    assert run.state.secret == state.secret
    aws.settled(KEY, run.state, user=user, status="Inactive")
    both = aws.apply(KEY, user=user, status="Inactive")
    assert both.steps == ["create", "status"]


def test_drift_import_destroy(aws: Any, user: Any) -> None:
    state = aws.apply(KEY, user=user).state
    aws.client.iam().update_access_key(UserName=user, AccessKeyId=state.id, Status="Inactive")
    assert aws.read(KEY, state).status == "Inactive"
    found = KEY.import_state(aws.client, f"{user}/{state.id}", aws.ctx)
    assert (found.id, found.secret) == (state.id, None)
    with pytest.raises(ProviderError):
        KEY.import_state(aws.client, state.id, aws.ctx)
    assert aws.destroy(KEY, state).steps == ["delete"]
    assert aws.read(KEY, state) is None
    assert aws.destroy(KEY, state).steps == ["delete"]
    aws.client.iam().delete_user(UserName=user)
    assert aws.read(KEY, state) is None


def test_no_room_is_refused_at_plan(aws: Any, user: Any) -> None:
    iam = aws.client.iam()
    ids = [iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"] for _ in range(2)]
    planned = aws.plan(KEY, user=user)
    assert planned.errors == ["No room for another access key"]
    detail = planned.draft.errors[0][1]
    assert all(key in detail for key in ids)
    with pytest.raises(ProviderError) as caught:
        aws.run(KEY, None, planned.model)
    assert caught.value.kind is ErrorClass.INVALID


def test_user_that_does_not_exist_yet_can_be_planned(aws: Any) -> None:
    assert aws.plan(KEY, user="later").errors == []


def test_quota_that_cannot_be_looked_at_is_not_refused(aws: Any, double: Any, user: Any) -> None:
    double.fault("ListAccessKeys", code="AccessDenied")
    assert aws.plan(KEY, user=user).errors == []


def test_keepers_rotate(aws: Any, user: Any) -> None:
    state = aws.apply(KEY, user=user, keepers={"month": "1"}).state
    planned = aws.plan(KEY, state, user=user, keepers={"month": "2"})
    assert planned.changed == ["keepers"]


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "drop_before"}])
def test_lost_answer_is_not_repeated(aws: Any, double: Any, user: Any, fault: Any) -> None:
    before = KEY.list_ids(aws.client, IamAccessKeyModel(user=user))
    double.fault("CreateAccessKey", **fault)
    with pytest.raises(ProviderError) as caught:
        aws.apply(KEY, user=user)
    assert caught.value.kind is ErrorClass.LOST
    assert double.operations().count("CreateAccessKey") == 1
    found = KEY.probe(aws.client, aws.intent({"user": user}, listed=tuple(before)), aws.ctx)
    if fault["kind"] == "drop_before":
        assert found.verdict is ProbeVerdict.ABSENT
        return
    assert found.verdict is ProbeVerdict.ORPHAN
    assert "secret is lost" in found.detail
    found.discard()
    assert KEY.list_ids(aws.client, IamAccessKeyModel(user=user)) == []
    # Removing it again is what a second recovery does.
    found.discard()


def test_keys_that_were_there_are_left_alone(aws: Any, user: Any) -> None:
    iam = aws.client.iam()
    iam.create_access_key(UserName=user)
    before = KEY.list_ids(aws.client, IamAccessKeyModel(user=user))
    intent = aws.intent({"user": user}, listed=tuple(before))
    assert KEY.probe(aws.client, intent, aws.ctx).verdict is ProbeVerdict.ABSENT
    iam.create_access_key(UserName=user)
    assert KEY.probe(aws.client, intent, aws.ctx).verdict is ProbeVerdict.ORPHAN
    two_new = aws.intent({"user": user})
    found = KEY.probe(aws.client, two_new, aws.ctx)
    assert found.verdict is ProbeVerdict.UNKNOWN
    assert found.discard is None
    older = aws.intent({"user": user}, ago=-3600)
    assert KEY.probe(aws.client, older, aws.ctx).verdict is ProbeVerdict.ABSENT


def test_denied_names_the_permission(aws: Any, double: Any, user: Any) -> None:
    double.fault("CreateAccessKey", code="AccessDenied")
    with pytest.raises(ProviderError) as caught:
        aws.apply(KEY, user=user)
    assert caught.value.kind is ErrorClass.DENIED
    assert "iam:CreateAccessKey" in caught.value.detail


def test_throttled_creation_is_repeated(aws: Any, double: Any, user: Any) -> None:
    double.fault("CreateAccessKey", code="Throttling", times=2)
    assert aws.apply(KEY, user=user).steps == ["create"]
    assert len(KEY.list_ids(aws.client, IamAccessKeyModel(user=user))) == 1


@pytest.fixture
def real(aws: Any, double: Any, user: Any) -> Any:
    """As outside a sandbox, where a new key is waited for."""
    object.__setattr__(aws.client, "sandbox", False)
    yield aws
    aws.client.sandbox = True


def test_new_key_is_asked_with_until_it_works(real: Any, double: Any, user: Any) -> None:
    double.fault("GetCallerIdentity", code="InvalidClientTokenId", status=403, times=2, skip=1)
    run = real.apply(KEY, user=user)
    assert run.steps == ["create", "usable"]
    assert run.state.secret
    asked = [f["fired"] for f in double.faults()]
    assert asked == [2]


def test_key_that_never_works(real: Any, double: Any, user: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("vbrprov_s3.iam.access_key.USABLE_SECONDS", 0.1)
    double.fault("GetCallerIdentity", code="InvalidClientTokenId", status=403, times=0)
    with pytest.raises(ProviderError) as caught:
        real.apply(KEY, user=user)
    assert caught.value.kind is ErrorClass.NOT_YET


def test_key_that_works_but_is_denied_is_good(real: Any, double: Any, user: Any) -> None:
    double.fault("GetCallerIdentity", code="AccessDenied", times=1)
    assert real.apply(KEY, user=user).steps == ["create", "usable"]


def test_user_that_is_not_known_everywhere_yet(real: Any, double: Any, user: str) -> None:
    double.fault("CreateAccessKey", code="NoSuchEntity", status=404, times=2)
    assert real.apply(KEY, user=user).state.secret
