"""Users, keys, policies and attachments on stores with an IAM like Amazon's."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_s3.resources.iam_access_key import IamAccessKey
from vbrprov_s3.resources.iam_policy import IamPolicy
from vbrprov_s3.resources.iam_user import IamUser
from vbrprov_s3.resources.iam_user_policy import IamUserPolicy
from vbrprov_s3.resources.iam_user_policy_attachment import IamUserPolicyAttachment

USER, KEY, POLICY = IamUser(), IamAccessKey(), IamPolicy()
ATTACHMENT, INLINE = IamUserPolicyAttachment(), IamUserPolicy()


def document(action: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": [action], "Resource": ["arn:aws:s3:::b/*"]}]})


@pytest.fixture
def who() -> str:
    return f"veeam-{secrets.token_hex(6)}"


def test_user(s3: Any, who: str) -> None:
    state = s3.apply(USER, name=who).state
    s3.settled(USER, state, name=who)
    assert USER.import_state(s3.client, who, s3.ctx).name == who
    with pytest.raises(ProviderError) as caught:
        s3.apply(USER, name=who)
    assert caught.value.kind is ErrorClass.EXISTS
    s3.destroy(USER, state)
    assert s3.read(USER, state) is None


def test_a_user_without_a_date_is_not_guessed_to_be_ours(s3: Any, store: Any, who: str) -> None:
    s3.apply(USER, name=who)
    found = USER.probe(s3.client, s3.intent({"name": who, "path": "/"}), s3.ctx)
    dated = ProbeVerdict.OURS
    assert found.verdict is (ProbeVerdict.UNKNOWN if "no_dates" in store.differs else dated)


def test_key(s3: Any, who: str) -> None:
    s3.apply(USER, name=who)
    planned = s3.plan(KEY, user=who).model
    before = KEY.list_ids(s3.client, planned)
    state = s3.run(KEY, None, planned).state
    assert state.secret
    assert [*before, state.id] == KEY.list_ids(s3.client, planned)
    s3.destroy(KEY, state)
    assert KEY.list_ids(s3.client, planned) == before


def test_policy_and_attachment(s3: Any, who: str) -> None:
    s3.apply(USER, name=who)
    policy = s3.apply(POLICY, name=who, policy=document("s3:GetObject")).state
    s3.settled(POLICY, policy, name=who, policy=document("s3:GetObject"))
    attachment = s3.apply(ATTACHMENT, user=who, policy_arn=policy.arn).state
    s3.settled(ATTACHMENT, attachment, user=who, policy_arn=policy.arn)
    s3.destroy(ATTACHMENT, attachment)
    assert s3.read(ATTACHMENT, attachment) is None
    s3.destroy(POLICY, policy)
    assert s3.read(POLICY, policy) is None


def test_inline_policy(s3: Any, who: str) -> None:
    s3.apply(USER, name=who)
    arguments = {"user": who, "name": "backup", "policy": document("s3:GetObject")}
    state = s3.apply(INLINE, **arguments).state
    s3.settled(INLINE, state, **arguments)
    assert INLINE.import_state(s3.client, f"{who}:backup", s3.ctx).policy
    wider = {**arguments, "policy": document("s3:PutObject")}
    state = s3.apply(INLINE, state, **wider).state
    s3.settled(INLINE, state, **wider)
    s3.client.iam().delete_user_policy(UserName=who, PolicyName="backup")
    assert s3.read(INLINE, state) is None
    s3.destroy(INLINE, s3.apply(INLINE, **wider).state)


@pytest.mark.parametrize(("vendor", "inline", "managed"), [
    ("ceph", [], ["Not offered by this vendor"]), ("scality", ["Not offered by this vendor"], []),
    ("wasabi", [], []),
])
def test_policies_of_a_kind_that_the_vendor_has_not(
    moto: Any, configure: Any, harness: Any, vendor: str, inline: list[str], managed: list[str],
) -> None:
    s3 = harness(configure(moto, vendor=vendor))
    policy = document("s3:GetObject")
    assert s3.plan(INLINE, user="veeam", policy=policy).errors == inline
    assert s3.plan(POLICY, name="veeam", policy=policy).errors == managed


@pytest.mark.parametrize(("vendor", "words"), [
    ("minio", "s3_minio_user"), ("storagegrid", "Tenant Manager"),
    ("flashblade", "purefb_s3user"), ("eleven_eleven", "11:11 console"),
    ("ibm", "ibm_resource_key")])
def test_a_vendor_without_iam_is_told_what_to_do(
    moto: Any, configure: Any, harness: Any, vendor: str, words: str,
) -> None:
    client = configure(moto, vendor=vendor)
    for kind, arguments in (
        (USER, {"name": "veeam"}), (KEY, {"user": "veeam"}),
        (POLICY, {"name": "veeam", "policy": document("s3:GetObject")}),
        (INLINE, {"user": "veeam", "policy": document("s3:GetObject")}),
        (ATTACHMENT, {"user": "veeam", "policy_arn": "arn:aws:iam::1:policy/x"}),
    ):
        planned = harness(client).plan(kind, **arguments)
        assert planned.errors == ["Not offered by this vendor"]
        detail = planned.draft.errors[0][1]
        assert words in detail
        by_hand = vendor not in ("minio", "ibm")
        assert ('resource "vbrprov_manual_step"' in detail) is by_hand


def test_every_vendor_says_what_to_do_by_hand() -> None:
    from vbrprov_s3.vendors import VENDORS

    for name, vendor in VENDORS.items():
        assert vendor.identities != "none" or vendor.how, name
