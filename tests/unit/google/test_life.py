"""Every resource type through its whole life, over the wire, driven by one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError, Recovery

EMAIL = "backup-agent@sandbox-project.iam.gserviceaccount.com"
PROJECT = "sandbox-project"
RING = f"projects/{PROJECT}/locations/europe-west3/keyRings/ring"
KEY = f"{RING}/cryptoKeys/key"
ROLE = "roles/storage.objectAdmin"

Args = dict[str, Any]


def _account(client: Any) -> None:
    client.rest("POST", "iam", f"projects/{PROJECT}/serviceAccounts",
                body={"accountId": "backup-agent"})
    client.rest("POST", "iam", f"projects/{PROJECT}/serviceAccounts",
                body={"accountId": "other-agent"})


def _bucket(client: Any) -> None:
    _account(client)
    for name in ("backups-1", "backups-2"):
        client.rest("POST", "storage", "b", query={"project": PROJECT},
                    body={"name": name, "location": "EU"})


def _key(client: Any) -> None:
    _account(client)
    client.rest("POST", "cloudkms", f"projects/{PROJECT}/locations/europe-west3/keyRings",
                query={"keyRingId": "ring"}, body={})
    for name in ("key", "key2"):
        client.rest("POST", "cloudkms", f"{RING}/cryptoKeys", query={"cryptoKeyId": name}, body={})


def _kms_bucket(client: Any) -> None:
    _key(client)
    agent = client.rest("GET", "storage", f"projects/{PROJECT}/serviceAccount")["email_address"]
    for name in ("key", "key2"):
        client.rest("POST", "cloudkms", f"{RING}/cryptoKeys/{name}:setIamPolicy", body={"policy": {
            "bindings": [{"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter",
                          "members": [f"serviceAccount:{agent}"]}]}})


def _patch_bucket(body: Args) -> Callable[[Any, Any], None]:
    return lambda client, state: client.rest("PATCH", "storage", f"b/{state.name}", body=body)


def _patch_account(client: Any, state: Any) -> None:
    client.rest("PATCH", "iam", state.name, body={
        "serviceAccount": {"displayName": "by hand"}, "updateMask": "displayName"})


def _patch_role(client: Any, state: Any) -> None:
    client.rest("PATCH", "iam", state.name, query={"updateMask": "includedPermissions"},
                body={"includedPermissions": ["storage.buckets.get"]})


def _switch_hmac(client: Any, state: Any) -> None:
    client.rest("PUT", "storage", f"projects/{PROJECT}/hmacKeys/{state.access_id}",
                body={"state": "INACTIVE"})


@dataclass
class Case:
    """What is to be tried with one type."""

    name: str
    base: Args
    prepare: Callable[[Any], None] = lambda client: None
    #: Changed arguments and the steps that they make.
    updates: list[tuple[Args, list[str]]] = field(default_factory=list)
    force_new: list[Args] = field(default_factory=list)
    import_id: Callable[[Any], str] | None = None
    #: A change by hand, and the steps that bring back what was asked for.
    by_hand: Callable[[Any, Any], Any] | None = None
    repairs: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=lambda: ["create"])
    destroys: list[str] = field(default_factory=lambda: ["delete"])
    secret: str = ""
    #: What an import cannot know.
    not_imported: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


CASES = [
    Case(
        "storage_bucket",
        {"name": "my-backups", "location": "europe-west3", "deletion_policy": "DELETE"},
        prepare=_kms_bucket, steps=["create", "verify"],
        updates=[
            ({"storage_class": "NEARLINE"}, ["storage_class", "verify"]),
            ({"versioning": {"enabled": True}}, ["versioning", "verify"]),
            ({"soft_delete_policy": {"retention_duration_seconds": 604800}},
             ["soft_delete_policy", "verify"]),
            ({"uniform_bucket_level_access": False}, ["uniform_bucket_level_access", "verify"]),
            ({"public_access_prevention": "inherited"}, ["public_access_prevention", "verify"]),
            ({"retention_policy": {"retention_period": 3600}}, ["retention_policy", "verify"]),
            ({"lifecycle_rule": [{"action": {"type": "Delete"},
                                  "condition": {"age": 30, "with_state": "ARCHIVED"}}]},
             ["lifecycle_rule", "verify"]),
            ({"autoclass": {"enabled": True}}, ["autoclass", "verify"]),
            ({"encryption": {"default_kms_key_name": KEY}}, ["encryption", "verify"]),
            ({"default_event_based_hold": True}, ["default_event_based_hold", "verify"]),
            ({"requester_pays": True}, ["requester_pays", "verify"]),
            ({"labels": {"team": "backup"}}, ["labels", "verify"]),
            ({"force_destroy": True}, ["settings"]),
            ({"deletion_policy": "PREVENT"}, ["settings"]),
            ({"purge_lifecycle_rules": True}, ["settings"]),
            ({"location": "EUROPE-WEST3"}, []),
        ],
        force_new=[{"name": "my-backups-2"}, {"location": "EU"}, {"project": "other-project"},
                   {"enable_object_retention": True, "versioning": {"enabled": False}},
                   {"hierarchical_namespace": {"enabled": True}},
                   {"custom_placement_config": {"data_locations": ["europe-west1",
                                                                   "europe-west3"]}}],
        import_id=lambda s: f"{s.project}/{s.name}", not_imported=("deletion_policy", "location"),
        by_hand=_patch_bucket({"versioning": {"enabled": True}, "labels": {"by": "hand"},
                               "softDeletePolicy": {"retentionDurationSeconds": "604800"}}),
        repairs=["soft_delete_policy", "verify"]),
    Case(
        "service_account",
        {"account_id": "vbr-backups", "display_name": "VBR"},
        updates=[({"display_name": "Veeam"}, ["describe"]), ({"description": "x"}, ["describe"]),
                 ({"display_name": None}, ["describe"]), ({"disabled": True}, ["disable"]),
                 ({"create_ignore_already_exists": True}, ["settings"])],
        force_new=[{"account_id": "vbr-backups-2"}, {"project": "other-project"}],
        import_id=lambda s: s.email, by_hand=_patch_account, repairs=["describe"]),
    Case(
        "service_account_key", {"service_account_id": EMAIL}, prepare=_account,
        force_new=[{"keepers": {"month": "1"}}, {"public_key_data": "MIIC"},
                   {"key_algorithm": "KEY_ALG_RSA_1024"},
                   {"private_key_type": "TYPE_PKCS12_FILE"},
                   {"service_account_id": f"other-agent@{PROJECT}.iam.gserviceaccount.com"}],
        by_hand=lambda client, state: client.rest("DELETE", "iam", state.name),
        repairs=["create"], secret="private_key"),
    Case(
        "storage_hmac_key", {"service_account_email": EMAIL}, prepare=_account,
        updates=[({"state": "INACTIVE"}, ["state"])],
        force_new=[{"keepers": {"month": "1"}}, {"project": "other-project"},
                   {"service_account_email": f"other-agent@{PROJECT}.iam.gserviceaccount.com"}],
        import_id=lambda s: s.id, not_imported=("secret",), by_hand=_switch_hmac,
        repairs=["state"], destroys=["deactivate", "delete"], secret="secret"),
    Case(
        "project_iam_custom_role",
        {"role_id": "veeam.backup", "title": "Veeam",
         "permissions": ["storage.buckets.get", "storage.objects.create"]},
        updates=[({"title": "VBR"}, ["update"]), ({"stage": "BETA"}, ["update"]),
                 ({"description": "x"}, ["update"]),
                 ({"permissions": ["storage.buckets.get", "storage.objects.list"]}, ["update"]),
                 ({"permissions": ["storage.objects.create", "storage.buckets.get"]}, [])],
        force_new=[{"role_id": "veeam.other"}, {"project": "other-project"}],
        import_id=lambda s: s.id, by_hand=_patch_role, repairs=["update"]),
    Case(
        "storage_bucket_iam_member",
        {"bucket": "backups-1", "role": ROLE, "member": f"serviceAccount:{EMAIL}"},
        prepare=_bucket, steps=["grant"], destroys=["revoke"],
        force_new=[{"bucket": "backups-2"}, {"role": "roles/storage.objectViewer"},
                   {"member": "user:a@example.com"},
                   {"condition": {"title": "t", "expression": "true"}}],
        import_id=lambda s: f"backups-1 {ROLE} serviceAccount:{EMAIL}",
        by_hand=lambda client, state: client.rest("PUT", "storage", "b/backups-1/iam", body={}),
        repairs=["grant"]),
    Case(
        "project_iam_member",
        {"project": PROJECT, "role": ROLE, "member": f"serviceAccount:{EMAIL}",
         "condition": {"title": "at night", "expression": "request.time.getHours() < 8"}},
        prepare=_account, steps=["grant"], destroys=["revoke"],
        force_new=[{"project": "other-project"}, {"role": "roles/storage.objectViewer"},
                   {"member": "user:a@example.com"}, {"condition": None}],
        import_id=lambda s: f"{s.project} {s.role} {s.member} at night",
        by_hand=lambda client, state: client.rest(
            "POST", "resourcemanager", f"projects/{PROJECT}:setIamPolicy", body={"policy": {}}),
        repairs=["grant"]),
    Case(
        "kms_crypto_key_iam_member",
        {"crypto_key_id": f"{PROJECT}/europe-west3/ring/key",
         "role": "roles/cloudkms.cryptoKeyEncrypterDecrypter",
         "member": f"serviceAccount:{EMAIL}"},
        prepare=_key, steps=["grant"], destroys=["revoke"],
        updates=[({"crypto_key_id": KEY}, [])],
        force_new=[{"crypto_key_id": f"{RING}/cryptoKeys/key2"}, {"role": ROLE},
                   {"member": "user:a@example.com"},
                   {"condition": {"title": "t", "expression": "true"}}],
        import_id=lambda s: f"{s.crypto_key_id} {s.role} {s.member}",
        by_hand=lambda client, state: client.rest(
            "POST", "cloudkms", f"{KEY}:setIamPolicy", body={"policy": {}}),
        repairs=["grant"]),
]
CREATES = ("create", "grant")


@pytest.fixture(params=CASES, ids=str)
def case(request: Any, google: Any) -> Case:
    found: Case = request.param
    found.prepare(google.client)
    return found


def with_changes(case: Case, changes: Args) -> Args:
    return {k: v for k, v in {**case.base, **changes}.items() if v is not None}


def test_create_settles_and_destroy_removes(google: Any, kind: Any, double: Any,
                                            case: Case) -> None:
    type_ = kind(case.name)
    run = google.apply(type_, **case.base)
    assert run.steps == case.steps
    google.settled(type_, run.state, **case.base)
    if case.secret:
        assert getattr(run.state, case.secret)
        assert getattr(run.state, case.secret) not in repr(run.state)
        assert getattr(run.state, case.secret) not in str(double.ask("report"))
        assert type_.model.schema().attributes[case.secret].one_time
    done = google.destroy(type_, run.state)
    assert done.steps == case.destroys
    assert google.read(type_, run.state) is None
    # What is gone already is no error.
    assert google.destroy(type_, run.state).steps == case.destroys


def test_each_update(google: Any, kind: Any, case: Case) -> None:
    type_ = kind(case.name)
    state = google.apply(type_, **case.base).state
    for changes, steps in case.updates:
        wanted = with_changes(case, changes)
        planned = google.plan(type_, state, **wanted)
        assert not planned.replaces, changes
        run = google.apply(type_, state, **wanted)
        assert run.steps == steps, changes
        assert bool(planned.changed) is bool(steps), changes
        google.settled(type_, run.state, **wanted)
        back = google.apply(type_, run.state, **case.base)
        google.settled(type_, back.state, **case.base)
        state = back.state
    tried = {name for changes, _ in case.updates for name in changes}
    tried |= {name for changes in case.force_new for name in changes}
    schema = type_.model.schema()
    settable = {n for n, a in schema.attributes.items() if not a.computed_only} | set(schema.blocks)
    # Changes of rpo need a dual-region bucket: test_bucket has it.
    assert settable - tried - {"rpo"} == set(), "arguments that no case changes"


def test_each_force_new(google: Any, kind: Any, case: Case) -> None:
    type_ = kind(case.name)
    state = google.apply(type_, **case.base).state
    for changes in case.force_new:
        assert google.plan(type_, state, **with_changes(case, changes)).replaces, changes


def test_import(google: Any, kind: Any, case: Case) -> None:
    type_ = kind(case.name)
    state = google.apply(type_, **case.base).state
    if case.import_id is None:
        # As in Terraform: what an imported key is for, its file, nobody could tell any more.
        assert case.name == "service_account_key"
        with pytest.raises(ProviderError):
            type_.import_state(google.client, state.name, google.ctx)
        return
    found = type_.import_state(google.client, case.import_id(state), google.ctx)
    known = {name: getattr(state, name) for name in case.not_imported}
    assert found.copy(**known) == state
    if case.name != "storage_bucket":
        # A bucket's location is written in capitals by Google, and means the same.
        google.settled(type_, found.copy(**known), **case.base)


def test_drift_by_hand_is_seen_and_repaired(google: Any, kind: Any, case: Case) -> None:
    type_ = kind(case.name)
    state = google.apply(type_, **case.base).state
    assert case.by_hand is not None
    case.by_hand(google.client, state)
    live = google.read(type_, state)
    assert live != state
    run = google.apply(type_, live, **case.base)
    assert run.steps == case.repairs
    google.settled(type_, run.state, **case.base)


def test_crash_at_each_step_of_creation(google: Any, kind: Any, case: Case) -> None:
    type_ = kind(case.name)
    planned = google.plan(type_, **case.base)
    for cut in range(len(case.steps) + 1):
        before = tuple(type_.list_ids(google.client, planned.model))
        run = google.run(type_, None, planned.model, stop_after=cut)
        identity, creates, recorded = run.trail[-1]
        if creates:
            found = type_.probe(google.client, google.intent(identity, listed=before,
                                                             step=run.steps[-1]), google.ctx)
            if cut == 0:
                assert found.verdict is ProbeVerdict.ABSENT
                continue
            if type_.recovery is Recovery.LISTED_BEFORE:
                assert found.verdict is ProbeVerdict.ORPHAN
                found.discard()
                assert tuple(type_.list_ids(google.client, planned.model)) == before
                continue
            assert found.verdict is ProbeVerdict.OURS, found
            recorded = found.state
        live = google.read(type_, recorded)
        again = google.apply(type_, live, **case.base)
        google.settled(type_, again.state, **case.base)
        google.destroy(type_, again.state)


@pytest.mark.parametrize("part", [
    slice(0, 3), pytest.param(slice(3, None), marks=pytest.mark.slow)], ids=["few", "rest"])
def test_crash_at_each_step_of_an_update(google: Any, kind: Any, case: Case, part: slice) -> None:
    type_ = kind(case.name)
    for changes, steps in case.updates[part]:
        wanted = with_changes(case, changes)
        for cut in range(len(steps) + 1):
            state = google.apply(type_, **case.base).state
            planned = google.plan(type_, state, **wanted)
            recorded = google.run(type_, state, planned.model, stop_after=cut).state
            again = google.apply(type_, google.read(type_, recorded), **wanted)
            google.settled(type_, again.state, **wanted)
            google.destroy(type_, again.state.copy(deletion_policy="DELETE")
                           if case.name == "storage_bucket" else again.state)


def test_crash_at_each_step_of_destruction(google: Any, kind: Any, case: Case) -> None:
    type_ = kind(case.name)
    for cut in range(len(case.destroys) + 1):
        state = google.apply(type_, **case.base).state
        google.run(type_, state, None, stop_after=cut)
        google.destroy(type_, state)
        assert google.read(type_, state) is None


#: The call that makes an object of each type.
CREATIONS = {
    "storage_bucket": "buckets.insert", "service_account": "projects.serviceAccounts.create",
    "service_account_key": "projects.serviceAccounts.keys.create",
    "storage_hmac_key": "projects.hmacKeys.create",
    "project_iam_custom_role": "projects.roles.create",
}


def test_creation_whose_answer_is_lost(google: Any, kind: Any, double: Any, case: Case) -> None:
    type_ = kind(case.name)
    planned = google.plan(type_, **case.base)
    if case.steps == ["grant"]:
        # Sent again under its etag, refused for that, and then found to be there.
        double.fault("*", kind="drop_after", skip=1)
        google.settled(type_, google.run(type_, None, planned.model).state, **case.base)
        return
    before = tuple(type_.list_ids(google.client, planned.model))
    run = google.run(type_, None, planned.model, stop_after=0)
    identity = run.trail[0][0]
    double.fault(CREATIONS[case.name], kind="drop_after")
    with pytest.raises(ProviderError) as caught:
        google.run(type_, None, planned.model)
    assert caught.value.kind is ErrorClass.LOST
    found = type_.probe(google.client, google.intent(identity, listed=before), google.ctx)
    assert found.verdict in (ProbeVerdict.OURS, ProbeVerdict.ORPHAN)


def test_throttling_and_outages_pass(google: Any, kind: Any, double: Any, case: Case) -> None:
    type_ = kind(case.name)
    double.fault("*", code="rateLimitExceeded", times=3)
    state = google.apply(type_, **case.base).state
    double.fault("*", code="unavailable", times=2)
    google.settled(type_, state, **case.base)
    double.fault("*", code="unavailable", times=2)
    google.destroy(type_, state)


def test_denied_is_never_gone(google: Any, kind: Any, double: Any, case: Case) -> None:
    type_ = kind(case.name)
    state = google.apply(type_, **case.base).state
    double.fault("*", code="forbidden", times=1)
    with pytest.raises(ProviderError) as caught:
        google.read(type_, state)
    assert caught.value.kind is ErrorClass.DENIED
    assert "missing permission" in caught.value.detail
