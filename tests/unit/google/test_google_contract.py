"""What the provider relies on, asked of the double and of every real implementation at hand.

The same file runs against Google itself when ``VBRPROV_TEST_GOOGLE_PROJECT`` names a project and
application default credentials reach it, and against another implementation when
``VBRPROV_TEST_GOOGLE_ENDPOINT`` gives its URL (as the sandbox's double serves it). It makes a few
empty buckets, accounts, keys and roles with names of its own, and removes them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from vbrprov.sdk import ProviderContext, ProviderError
from vbrprov_google.errors import cause_of, once
from vbrprov_google.provider import CONFIG, GoogleModel

PROJECT = os.environ.get("VBRPROV_TEST_GOOGLE_PROJECT", "")
ENDPOINT = os.environ.get("VBRPROV_TEST_GOOGLE_ENDPOINT", "")
LOCATION = "europe-west3"
OBJECT_ADMIN = "roles/storage.objectAdmin"


@dataclass
class Service:
    """One implementation, with what was made there."""

    client: Any
    undo: list[Callable[[], Any]] = field(default_factory=list)

    @property
    def project(self) -> str:
        found: str = self.client.project
        return found

    def name(self) -> str:
        return f"vbrprov-{secrets.token_hex(6)}"

    def rest(self, verb: str, service: str, path: str, **options: Any) -> Any:
        return once("contract.test", path,
                    lambda: self.client.rest(verb, service, path, **options))

    def refused(self, verb: str, service: str, path: str, **options: Any) -> tuple[int, str]:
        with pytest.raises(ProviderError) as caught:
            self.rest(verb, service, path, **options)
        cause = cause_of(caught.value)
        return cause.status, cause.reason

    def bucket(self, *, retention: bool = False, **settings: Any) -> Any:
        name = self.name()
        query = {"project": self.project}
        if retention:
            query["enableObjectRetention"] = "true"
        made = self.rest("POST", "storage", "b", query=query,
                         body={"name": name, "location": LOCATION, **settings})
        self.undo.append(lambda: self.rest("DELETE", "storage", f"b/{name}"))
        return made

    def account(self) -> Any:
        made = self.rest("POST", "iam", f"projects/{self.project}/serviceAccounts",
                         body={"accountId": self.name()})
        self.undo.append(lambda: self.rest("DELETE", "iam", made["name"]))
        return made

    def close(self) -> None:
        for undo in reversed(self.undo):
            try:
                undo()
            except ProviderError as error:
                if cause_of(error).status != 404:
                    raise
        CONFIG.close(self.client)


#: Every real implementation, and whether it is at hand.
REAL = {"Google": PROJECT, "another implementation": ENDPOINT}


@pytest.fixture(params=["double", *(name for name, given in REAL.items() if given)])
def service(request: Any) -> Iterator[Service]:
    if request.param == "double":
        double = request.getfixturevalue("double")
        found = Service(CONFIG.configure(GoogleModel(), ProviderContext(sandbox=double.sandbox)))
    elif request.param == "Google":
        found = Service(CONFIG.configure(GoogleModel(project=PROJECT), ProviderContext()))
    else:
        found = Service(CONFIG.configure(GoogleModel(), ProviderContext(sandbox={
            "endpoint": ENDPOINT, "project": "contract-project", "access_token": "none"})))
    yield found
    found.close()


@pytest.mark.parametrize(("name", "variable"), [
    ("Google", "VBRPROV_TEST_GOOGLE_PROJECT"),
    ("another implementation", "VBRPROV_TEST_GOOGLE_ENDPOINT")])
def test_real_implementations_at_hand(name: str, variable: str) -> None:
    if not REAL[name]:
        pytest.skip(f"{name} is not asked: {variable} is not set")


def test_soft_delete_is_on_unless_said_otherwise(service: Service) -> None:
    assert service.bucket()["softDeletePolicy"]["retentionDurationSeconds"] == "604800"
    off = service.bucket(softDeletePolicy={"retentionDurationSeconds": "0"})
    assert off["softDeletePolicy"]["retentionDurationSeconds"] == "0"
    path = f"b/{off['name']}"
    on = service.rest("PATCH", "storage", path, body={
        "softDeletePolicy": {"retentionDurationSeconds": "864000"}})
    assert on["softDeletePolicy"]["retentionDurationSeconds"] == "864000"
    assert service.refused("PATCH", "storage", path, body={
        "softDeletePolicy": {"retentionDurationSeconds": "60"}})[0] == 400


def test_object_retention_is_set_at_creation(service: Service) -> None:
    made = service.bucket(retention=True, versioning={"enabled": True},
                          softDeletePolicy={"retentionDurationSeconds": "0"})
    assert made["objectRetention"] == {"mode": "Enabled"}
    assert made["versioning"] == {"enabled": True}
    assert "objectRetention" not in service.bucket()


def test_defaults_of_a_bucket(service: Service) -> None:
    made = service.bucket()
    assert made["location"] == LOCATION.upper()
    assert (made["storageClass"], made["metageneration"]) == ("STANDARD", "1")
    assert made["iamConfiguration"]["publicAccessPrevention"] == "inherited"
    assert made["iamConfiguration"]["uniformBucketLevelAccess"]["enabled"] is False
    assert made["timeCreated"].endswith("Z")
    assert made["projectNumber"].isdigit()


def test_metageneration_guards_changes(service: Service) -> None:
    path = f"b/{service.bucket()['name']}"
    match = {"ifMetagenerationMatch": "1"}
    changed = service.rest("PATCH", "storage", path, query=match, body={"labels": {"a": "b"}})
    assert changed["metageneration"] == "2"
    assert service.refused("PATCH", "storage", path, query=match,
                           body={"labels": {"a": "c"}}) == (412, "conditionNotMet")
    gone = service.rest("PATCH", "storage", path, body={"labels": {"a": None}})
    assert "labels" not in gone


def test_names_are_taken_once(service: Service) -> None:
    name = service.bucket()["name"]
    assert service.refused("POST", "storage", "b", query={"project": service.project},
                           body={"name": name, "location": LOCATION}) == (409, "conflict")
    assert service.refused("GET", "storage", f"b/{service.name()}") == (404, "notFound")
    assert service.refused("POST", "storage", "b", query={"project": service.project}, body={
        "name": "-not-a-name", "location": LOCATION})[0] == 400


def test_what_is_no_bucket_setting_is_refused(service: Service) -> None:
    path = f"b/{service.bucket()['name']}"
    for body in ({"storageClass": "WARM"}, {"labels": {"Upper": "x"}},
                 {"lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {}}]}},
                 {"iamConfiguration": {"publicAccessPrevention": "maybe"}}):
        assert service.refused("PATCH", "storage", path, body=body)[0] == 400, body


def test_lifecycle_rules_come_back_as_they_were_sent(service: Service) -> None:
    rules = [{"action": {"type": "Delete"}, "condition": {"age": 3, "matchesPrefix": ["a/"]}},
             {"action": {"type": "Delete"}, "condition": {"numNewerVersions": 2, "isLive": False}}]
    made = service.bucket(lifecycle={"rule": rules})
    assert made["lifecycle"]["rule"] == rules
    cleared = service.rest("PATCH", "storage", f"b/{made['name']}", body={"lifecycle": None})
    assert "lifecycle" not in cleared


def test_autoclass_and_retention_policy(service: Service) -> None:
    made = service.bucket(autoclass={"enabled": True})
    assert made["autoclass"]["terminalStorageClass"] == "NEARLINE"
    path = f"b/{made['name']}"
    kept = service.rest("PATCH", "storage", path, body={"retentionPolicy": {
        "retentionPeriod": "60"}})
    assert kept["retentionPolicy"]["retentionPeriod"] == "60"
    assert "retentionPolicy" not in service.rest("PATCH", "storage", path,
                                                 body={"retentionPolicy": None})


def test_objects_keep_a_bucket(service: Service) -> None:
    name = service.bucket(softDeletePolicy={"retentionDurationSeconds": "0"})["name"]
    blob = service.client.storage().bucket(name).blob("a/b")
    blob.upload_from_string("x")
    try:
        assert service.refused("DELETE", "storage", f"b/{name}") == (409, "conflict")
    finally:
        blob.delete()


def test_policy_of_a_bucket_has_an_etag(service: Service) -> None:
    name = service.bucket(iamConfiguration={"uniformBucketLevelAccess": {"enabled": True}})["name"]
    path, member = f"b/{name}/iam", f"serviceAccount:{service.account()['email']}"
    first = service.rest("GET", "storage", path, query={"optionsRequestedPolicyVersion": 3})
    bindings = [*first.get("bindings", []), {"role": OBJECT_ADMIN, "members": [member]}]
    changed = service.rest("PUT", "storage", path, body={**first, "bindings": bindings})
    assert changed["etag"] != first["etag"]
    assert service.refused("PUT", "storage", path, body={**first, "bindings": []})[0] in (409, 412)
    again = service.rest("GET", "storage", path)
    assert member in str(again["bindings"])


def test_policies_refuse_what_does_not_exist(service: Service) -> None:
    name = service.bucket()["name"]
    for role, member in ((f"projects/{service.project}/roles/none_there", "allUsers"),
                         (OBJECT_ADMIN, "nobody")):
        status = service.refused("PUT", "storage", f"b/{name}/iam", body={
            "bindings": [{"role": role, "members": [member]}]})[0]
        assert status in (400, 404), role


def test_life_of_an_hmac_key(service: Service) -> None:
    email = service.account()["email"]
    base = f"projects/{service.project}/hmacKeys"
    made = service.rest("POST", "storage", base, query={"serviceAccountEmail": email})
    key, path = made["metadata"], f"{base}/{made['metadata']['accessId']}"
    assert made["secret"]
    assert key["state"] == "ACTIVE"
    assert "secret" not in service.rest("GET", "storage", path)
    listed = service.rest("GET", "storage", base, query={"serviceAccountEmail": email})
    assert [k["accessId"] for k in listed["items"]] == [key["accessId"]]
    assert service.refused("DELETE", "storage", path)[0] == 400
    off = service.rest("PUT", "storage", path, body={"state": "INACTIVE"})
    assert off["state"] == "INACTIVE"
    if not PROJECT:
        # A change of state takes Google up to three minutes.
        service.rest("DELETE", "storage", path)
        assert service.rest("GET", "storage", path)["state"] == "DELETED"


def test_life_of_a_service_account(service: Service) -> None:
    made = service.account()
    name, email = made["name"], made["email"]
    assert email == f"{email.partition('@')[0]}@{service.project}.iam.gserviceaccount.com"
    assert made["uniqueId"].isdigit()
    assert service.refused("POST", "iam", f"projects/{service.project}/serviceAccounts", body={
        "accountId": email.partition("@")[0]}) == (409, "ALREADY_EXISTS")
    changed = service.rest("PATCH", "iam", name, body={
        "serviceAccount": {"displayName": "x"}, "updateMask": "displayName"})
    assert changed["displayName"] == "x"
    service.rest("POST", "iam", f"{name}:disable", body={})
    assert service.rest("GET", "iam", name)["disabled"] is True
    service.rest("POST", "iam", f"{name}:enable", body={})
    assert service.refused("POST", "iam", f"projects/{service.project}/serviceAccounts", body={
        "accountId": "x"})[0] == 400
    nobody = f"projects/{service.project}/serviceAccounts/nobody@{service.project}.iam"
    assert service.refused("GET", "iam", f"{nobody}.gserviceaccount.com")[0] in (403, 404)


def test_life_of_a_service_account_key(service: Service) -> None:
    name = service.account()["name"]
    made = service.rest("POST", "iam", f"{name}/keys", body={})
    assert made["privateKeyData"]
    read = service.rest("GET", "iam", made["name"], query={"publicKeyType": "TYPE_X509_PEM_FILE"})
    assert "privateKeyData" not in read
    assert read["publicKeyData"]
    listed = service.rest("GET", "iam", f"{name}/keys", query={"keyTypes": "USER_MANAGED"})
    assert [k["name"] for k in listed["keys"]] == [made["name"]]
    service.rest("DELETE", "iam", made["name"])
    assert service.refused("GET", "iam", made["name"])[0] == 404


def test_deleted_role_blocks_its_id(service: Service) -> None:
    own = service.name().replace("-", "_")
    base = f"projects/{service.project}/roles"
    body = {"roleId": own, "role": {"title": "x", "stage": "GA",
                                    "includedPermissions": ["storage.buckets.get"]}}
    made = service.rest("POST", "iam", base, body=body)
    service.undo.append(lambda: service.rest("DELETE", "iam", f"{base}/{own}"))
    assert made["name"] == f"{base}/{own}"
    assert service.refused("POST", "iam", base, body=body) == (409, "ALREADY_EXISTS")
    changed = service.rest("PATCH", "iam", f"{base}/{own}", query={"updateMask": "title"},
                           body={"title": "y", "etag": made["etag"]})
    assert (changed["title"], changed["includedPermissions"]) == ("y", ["storage.buckets.get"])
    service.rest("DELETE", "iam", f"{base}/{own}")
    assert service.rest("GET", "iam", f"{base}/{own}")["deleted"] is True
    assert service.refused("POST", "iam", base, body=body) == (400, "FAILED_PRECONDITION")
    service.rest("POST", "iam", f"{base}/{own}:undelete", body={})
    assert "deleted" not in service.rest("GET", "iam", f"{base}/{own}")
    assert service.refused("PATCH", "iam", f"{base}/{own}", query={
        "updateMask": "includedPermissions"}, body={"includedPermissions": ["no"]})[0] == 400


def test_project_and_its_policy(service: Service) -> None:
    found = service.rest("GET", "resourcemanager", f"projects/{service.project}")
    assert found["projectId"] == service.project
    assert found["name"].removeprefix("projects/").isdigit()
    policy = service.rest("POST", "resourcemanager", f"projects/{service.project}:getIamPolicy",
                          body={"options": {"requestedPolicyVersion": 3}})
    assert policy["etag"]
    agent = service.rest("GET", "storage", f"projects/{service.project}/serviceAccount")
    assert agent["email_address"].endswith("@gs-project-accounts.iam.gserviceaccount.com")
