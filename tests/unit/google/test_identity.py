"""Accounts, keys, roles and grants: what their life in the table does not show."""

from __future__ import annotations

import base64
import dataclasses
import json
import threading
import time
from typing import Any

import pytest

from vbrprov.sdk import (
    ErrorClass,
    ProbeVerdict,
    ProviderContext,
    ProviderError,
    StepContext,
)
from vbrprov_google.provider import CONFIG, GoogleModel

PROJECT = "sandbox-project"
EMAIL = f"backup-agent@{PROJECT}.iam.gserviceaccount.com"
MEMBER = f"serviceAccount:{EMAIL}"
VIEWER = "roles/storage.objectViewer"


@pytest.fixture
def account(google: Any, kind: Any) -> Any:
    return google.apply(kind("service_account"), account_id="backup-agent").state


@pytest.fixture
def bucket(google: Any) -> str:
    google.client.rest("POST", "storage", "b", query={"project": PROJECT},
                       body={"name": "backups-1", "location": "EU"})
    return "backups-1"


def policy(google: Any) -> Any:
    return google.client.rest("GET", "storage", "b/backups-1/iam")


def test_email_is_known_at_plan(google: Any, kind: Any) -> None:
    planned = google.plan(kind("service_account"), account_id="backup-agent").draft.planned
    assert planned["email"] == EMAIL
    assert planned["member"] == MEMBER


def test_existing_account_is_taken_only_when_asked(google: Any, kind: Any, account: Any) -> None:
    type_ = kind("service_account")
    with pytest.raises(ProviderError) as caught:
        google.apply(type_, account_id="backup-agent")
    assert caught.value.kind is ErrorClass.EXISTS
    arguments = {"account_id": "backup-agent", "create_ignore_already_exists": True,
                 "display_name": "VBR"}
    run = google.apply(type_, **arguments)
    assert run.steps == ["take", "describe"]
    google.settled(type_, run.state, **arguments)


def test_account_that_was_there_is_not_ours(google: Any, kind: Any, account: Any) -> None:
    intent = google.intent({"account_id": "backup-agent", "project": PROJECT, "was": "present"})
    found = kind("service_account").probe(google.client, intent, google.ctx)
    assert found.verdict is ProbeVerdict.FOREIGN


def test_account_that_iam_does_not_show_at_once(google: Any, kind: Any, double: Any) -> None:
    double.fault("projects.serviceAccounts.get", code="forbidden", skip=1, times=2)
    double.fault("projects.serviceAccounts.get", code="not_found", skip=1, times=2)
    assert google.apply(kind("service_account"), account_id="backup-agent").steps == ["create"]


def test_account_made_again_loses_its_grants(google: Any, kind: Any, account: Any,
                                             bucket: str) -> None:
    type_, grant = kind("service_account"), kind("storage_bucket_iam_member")
    arguments = {"bucket": bucket, "role": VIEWER, "member": MEMBER}
    granted = google.apply(grant, **arguments).state
    google.destroy(type_, account)
    again = google.apply(type_, account_id="backup-agent").state
    assert again.unique_id != account.unique_id
    assert google.read(type_, account).unique_id == again.unique_id
    # The policy names the account that is gone; that is not the one that is there.
    assert "deleted:serviceAccount" in str(policy(google))
    assert google.read(grant, granted) is None
    google.settled(grant, google.apply(grant, **arguments).state, **arguments)


def test_grants_of_others_stay(google: Any, kind: Any, account: Any, bucket: str) -> None:
    grant = kind("storage_bucket_iam_member")
    google.client.rest("PUT", "storage", "b/backups-1/iam", body={"version": 3, "bindings": [
        {"role": VIEWER, "members": ["user:a@example.com"]},
        {"role": VIEWER, "members": ["user:b@example.com"],
         "condition": {"title": "t", "expression": "true"}}]})
    before = policy(google)["bindings"]
    arguments = {"bucket": bucket, "role": VIEWER, "member": MEMBER}
    state = google.apply(grant, **arguments).state
    assert policy(google)["bindings"][0]["members"] == ["user:a@example.com", MEMBER]
    assert policy(google)["version"] == 3
    google.destroy(grant, state)
    assert policy(google)["bindings"] == before


def test_members_are_compared_as_google_writes_them(google: Any, kind: Any, account: Any,
                                                    bucket: str) -> None:
    grant = kind("storage_bucket_iam_member")
    google.apply(grant, bucket=bucket, role=VIEWER, member="user:a@example.com")
    shout = google.apply(grant, bucket=bucket, role=VIEWER, member="user:A@Example.com").state
    assert google.read(grant, shout) is not None
    assert policy(google)["bindings"][0]["members"] == ["user:a@example.com"]


def test_lost_race_is_read_again(google: Any, kind: Any, double: Any, account: Any,
                                 bucket: str) -> None:
    double.fault("buckets.setIamPolicy", code="precondition", times=2)
    double.fault("projects.setIamPolicy", code="stale_policy", times=2)
    google.apply(kind("storage_bucket_iam_member"), bucket=bucket, role=VIEWER, member=MEMBER)
    google.apply(kind("project_iam_member"), project=PROJECT, role=VIEWER, member=MEMBER)
    assert len(double.calls("buckets.setIamPolicy")) == 3


def test_grant_whose_answer_is_lost_is_made_once(google: Any, kind: Any, double: Any,
                                                 account: Any, bucket: str) -> None:
    double.fault("buckets.setIamPolicy", kind="drop_after")
    google.apply(kind("storage_bucket_iam_member"), bucket=bucket, role=VIEWER, member=MEMBER)
    assert policy(google)["bindings"] == [{"role": VIEWER, "members": [MEMBER]}]


@pytest.mark.parametrize("runs", [1, 6])
def test_many_grants_at_once_all_arrive(google: Any, kind: Any, double: Any, bucket: str,
                                        runs: int) -> None:
    """Of one run, in which they take turns; and of six, which race for the etag."""
    grant, errors = kind("storage_bucket_iam_member"), []
    context = ProviderContext(sandbox=double.sandbox)
    clients = [CONFIG.configure(GoogleModel(), context) for _ in range(runs)]
    ctx = StepContext("a", "t", "s", sleep=lambda s: time.sleep(s / 100), timeout=120.0)

    def give(number: int) -> None:
        own = dataclasses.replace(google, client=clients[number % runs], ctx=ctx)
        try:
            own.apply(grant, bucket=bucket, role=VIEWER, member=f"user:u{number}@example.com")
        except ProviderError as error:
            errors.append(error)

    threads = [threading.Thread(target=give, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(policy(google)["bindings"][0]["members"]) == 6
    if runs == 1:
        assert len(double.calls("buckets.setIamPolicy")) == 6
    for client in clients:
        CONFIG.close(client)


def test_account_that_policies_do_not_know_yet(google: Any, kind: Any, double: Any,
                                               bucket: str) -> None:
    grant = kind("storage_bucket_iam_member")
    arguments = {"bucket": bucket, "role": VIEWER, "member": MEMBER}
    with pytest.raises(ProviderError) as caught:
        google.apply(grant, **arguments)
    assert caught.value.kind is ErrorClass.NOT_YET
    assert "does not exist" in caught.value.detail


@pytest.mark.parametrize(("role", "member", "error"), [
    ("projects/sandbox-project/roles/none", "user:a@example.com", "not supported"),
    (VIEWER, "allUsers", "public access prevention"),
])
def test_what_google_refuses(google: Any, kind: Any, bucket: str, role: str, member: str,
                             error: str) -> None:
    google.client.rest("PATCH", "storage", "b/backups-1", body={
        "iamConfiguration": {"publicAccessPrevention": "enforced"}})
    google.ctx = StepContext("a", "t", "s", sleep=lambda s: None, timeout=0.2)
    with pytest.raises(ProviderError) as caught:
        google.apply(kind("storage_bucket_iam_member"), bucket=bucket, role=role, member=member)
    assert error in caught.value.detail


@pytest.mark.parametrize(("member", "good"), [
    ("user:a@b.c", True), (MEMBER, True), ("allUsers", True), ("a@b.c", False),
    ("deleted:serviceAccount:x?uid=1", False), ("principalSet://iam.googleapis.com/x", True),
])
def test_members(kind: Any, member: str, good: bool) -> None:
    check = kind("project_iam_member").model.schema().attributes["member"].validators[0]
    assert (check(member) is None) is good


def test_import_id_of_a_grant(google: Any, kind: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        kind("storage_bucket_iam_member").import_state(google.client, "b role", google.ctx)
    assert "BUCKET ROLE MEMBER" in caught.value.detail


# Keys.


def test_redactor_learns_secrets(google: Any, kind: Any, double: Any, account: Any) -> None:
    told: list[str] = []
    google.client = CONFIG.configure(
        GoogleModel(), ProviderContext(sandbox=double.sandbox, secret=told.append))
    hmac = google.apply(kind("storage_hmac_key"), service_account_email=EMAIL).state
    key = google.apply(kind("service_account_key"), service_account_id=EMAIL).state
    assert {hmac.secret, key.private_key} <= set(told)
    document = json.loads(base64.b64decode(key.private_key))
    assert document["client_email"] == EMAIL


@pytest.mark.parametrize("name", ["storage_hmac_key", "service_account_key"])
@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
def test_lost_key_is_found_and_discarded(google: Any, kind: Any, double: Any, account: Any,
                                         name: str, fault: str) -> None:
    type_ = kind(name)
    base = {"storage_hmac_key": {"service_account_email": EMAIL},
            "service_account_key": {"service_account_id": EMAIL}}[name]
    google.apply(type_, **base)
    planned = google.plan(type_, **base)
    before = tuple(type_.list_ids(google.client, planned.model))
    assert len(before) == 1
    operation = {"storage_hmac_key": "projects.hmacKeys.create",
                 "service_account_key": "projects.serviceAccounts.keys.create"}[name]
    double.fault(operation, kind=fault)
    done = len(double.calls(operation))
    with pytest.raises(ProviderError) as caught:
        google.run(type_, None, planned.model)
    assert caught.value.kind is ErrorClass.LOST
    # One that was cut off before anything happened is not recorded by the double.
    assert len(double.calls(operation)) == done + (fault == "drop_after")
    identity = google.run(type_, None, planned.model, stop_after=0).trail[0][0]
    found = type_.probe(google.client, google.intent(identity, listed=before), google.ctx)
    if fault == "drop_before":
        assert found.verdict is ProbeVerdict.ABSENT
        return
    assert found.verdict is ProbeVerdict.ORPHAN
    found.discard()
    found.discard()
    assert tuple(type_.list_ids(google.client, planned.model)) == before
    # Two new ones: it cannot be told which is ours.
    google.run(type_, None, planned.model)
    google.run(type_, None, planned.model)
    found = type_.probe(google.client, google.intent(identity, listed=before), google.ctx)
    assert found.verdict is ProbeVerdict.UNKNOWN


def test_no_room_for_another_key_is_refused_at_plan(google: Any, kind: Any, double: Any,
                                                    account: Any) -> None:
    for _ in range(10):
        google.client.rest("POST", "iam", f"{account.name}/keys", body={})
    planned = google.plan(kind("service_account_key"), service_account_id=EMAIL)
    assert planned.errors == ["No room for another key"]
    double.fault("projects.serviceAccounts.keys.list", code="forbidden")
    assert google.plan(kind("service_account_key"), service_account_id=EMAIL).errors == []


def test_public_key_of_ones_own(google: Any, kind: Any, account: Any) -> None:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "agent")])
    now = datetime.now(UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(1).not_valid_before(now)
            .not_valid_after(now + timedelta(days=9)).sign(key, hashes.SHA256()))
    pem = base64.b64encode(made.public_bytes(serialization.Encoding.PEM)).decode()
    type_ = kind("service_account_key")
    arguments = {"service_account_id": EMAIL, "public_key_data": pem}
    state = google.apply(type_, **arguments).state
    assert state.private_key is None
    assert state.public_key == pem
    google.settled(type_, state, **arguments)
    with pytest.raises(ProviderError) as caught:
        google.apply(type_, service_account_id=EMAIL, public_key_data="MIIC")
    assert caught.value.kind is ErrorClass.INVALID


def test_keys_that_the_organisation_forbids(google: Any, kind: Any, double: Any,
                                            account: Any) -> None:
    double.fault("projects.hmacKeys.create", code="org_policy")
    with pytest.raises(ProviderError) as caught:
        google.apply(kind("storage_hmac_key"), service_account_email=EMAIL)
    assert caught.value.summary == "Forbidden by the organisation"
    assert "constraint iam.disableServiceAccountKeyCreation" in caught.value.detail


def test_key_that_google_still_takes_for_active(google: Any, kind: Any, double: Any,
                                                account: Any) -> None:
    type_ = kind("storage_hmac_key")
    state = google.apply(type_, service_account_email=EMAIL).state
    double.fault("projects.hmacKeys.delete", code="hmac_active", times=2)
    assert google.destroy(type_, state).steps == ["deactivate", "delete"]
    assert google.read(type_, state) is None


def test_key_of_an_account_that_is_gone(google: Any, kind: Any, account: Any) -> None:
    states = {name: google.apply(kind(name), **base).state for name, base in (
        ("storage_hmac_key", {"service_account_email": EMAIL}),
        ("service_account_key", {"service_account_id": EMAIL}))}
    google.destroy(kind("service_account"), account)
    for name, state in states.items():
        assert google.read(kind(name), state) is None


# Roles.

ROLE = {"role_id": "veeam.backup", "title": "Veeam", "permissions": ["storage.buckets.get"]}


def test_deleted_role_is_brought_back(google: Any, kind: Any) -> None:
    type_ = kind("project_iam_custom_role")
    google.destroy(type_, google.apply(type_, **ROLE).state)
    wanted = {**ROLE, "permissions": ["storage.objects.get"]}
    run = google.apply(type_, **wanted)
    assert run.steps == ["undelete", "update"]
    google.settled(type_, run.state, **wanted)


def test_crash_while_a_role_is_brought_back(google: Any, kind: Any) -> None:
    type_ = kind("project_iam_custom_role")
    google.destroy(type_, google.apply(type_, **ROLE).state)
    wanted = {**ROLE, "title": "VBR"}
    run = google.run(type_, None, google.plan(type_, **wanted).model, stop_after=1)
    found = type_.probe(google.client, google.intent(run.trail[0][0]), google.ctx)
    assert found.verdict is ProbeVerdict.OURS
    again = google.apply(type_, found.state, **wanted)
    assert again.steps == ["update"]
    google.settled(type_, again.state, **wanted)


def test_role_that_is_gone_for_good_blocks_its_id(google: Any, kind: Any, double: Any) -> None:
    double.ask("forget_role", {"name": f"projects/{PROJECT}/roles/veeam.backup"})
    with pytest.raises(ProviderError) as caught:
        google.apply(kind("project_iam_custom_role"), **ROLE)
    assert caught.value.summary == "Role id blocked"


def test_existing_role_is_not_taken_over(google: Any, kind: Any) -> None:
    type_ = kind("project_iam_custom_role")
    state = google.apply(type_, **ROLE).state
    with pytest.raises(ProviderError) as caught:
        google.apply(type_, **ROLE)
    assert caught.value.kind is ErrorClass.EXISTS
    renamed = google.plan(type_, state, **{**ROLE, "role_id": "veeam.other"})
    assert [w[0] for w in renamed.draft.warnings] == ["The old role id stays blocked"]


def test_role_changed_at_the_same_time(google: Any, kind: Any, double: Any) -> None:
    type_ = kind("project_iam_custom_role")
    state = google.apply(type_, **ROLE).state
    double.fault("projects.roles.patch", code="stale_policy", times=2)
    assert google.apply(type_, state, **{**ROLE, "title": "x"}).state.title == "x"


def test_role_with_a_permission_that_is_none(google: Any, kind: Any) -> None:
    check = kind("project_iam_custom_role").model.schema().attributes["permissions"].validators[0]
    assert check(["storage:GetObject"])
    assert check(["storage.objects.get", None]) is None
