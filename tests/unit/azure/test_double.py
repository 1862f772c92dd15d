"""The double: what it refuses, and that its answers obey the libraries' tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import vbrprov_azure.doubles.arm.handlers as handlers
from vbrprov_azure.codes import CODES as KNOWN
from vbrprov_azure.doubles.arm.refusals import CODES
from vbrprov_azure.doubles.arm.tables import documented, problems, tables
from vbrprov_azure.resources.storage_account import StorageAccount

FOLDER = Path(handlers.__file__).parent.parent
BODY: dict[str, Any] = {"kind": "StorageV2", "location": "westeurope",
                        "sku": {"name": "Standard_LRS"}, "properties": {}}


def refused(double: Any, method: str, path: str, body: Any = None,
            version: str = "2026-09-01", **headers: str) -> tuple[int, str]:
    status, answer = double.ask(method, f"{path}?api-version={version}", body, **headers)
    assert status >= 400, answer
    return status, answer["error"]["code"]


def test_every_documented_route_has_a_handler() -> None:
    names = {route.operation for route in (*documented(), *handlers.OWN_ROUTES)}
    assert names == set(handlers.HANDLERS)


def test_every_refusal_has_a_source_and_every_code_is_listed() -> None:
    used = {code for path in FOLDER.rglob("*.py")
            for code in re.findall(r'Refused\(\s*"(\w+)"', path.read_text(encoding="utf-8"))}
    used |= {"ContainerHasLegalHold", "ContainerImmutableStorageWithVersioningEnabled",
             "ContainerImmutabilityPolicyLocked"}
    assert used <= set(CODES)
    assert all("https://" in code.source or "INFER" in code.source for code in CODES.values())


def test_no_guessed_code_decides_anything() -> None:
    guessed = {name for name, code in CODES.items() if code.source.startswith("INFER")}
    # A 404 must say that an object is gone in a word that we know; these words are not documented.
    waiting = {"LockNotFound", "RoleAssignmentNotFound", "FeatureNotSupportedForAccount"}
    assert guessed & set(KNOWN) == waiting


def test_the_tables_are_the_installed_library() -> None:
    from azure.mgmt.storage import models

    for name in ("StorageAccountCreateParameters", "BlobServiceProperties", "BlobContainer",
                 "ManagementPolicy", "ImmutabilityPolicy", "NetworkRuleSet", "SasPolicy"):
        made = getattr(models, name)({})
        told = {field._rest_name for field in made._attr_to_rest_field.values()}
        assert set(tables()["models"][name]["fields"]) <= told
    assert tables()["provenance"]


@pytest.mark.parametrize(("body", "says"), [
    ({**BODY, "propertys": {}}, "propertys is no field"),
    ({**BODY, "properties": {"accessTier": "Warm"}}, "properties.accessTier is none of"),
    ({**BODY, "properties": {"isHnsEnabled": "yes"}}, "properties.isHnsEnabled is no bool"),
    ({**BODY, "tags": {"a": 1}}, "tags.a is no str"),
    ({key: value for key, value in BODY.items() if key != "sku"}, "sku is missing"),
    ({**BODY, "properties": {"networkAcls": {"ipRules": [{}], "defaultAction": "Deny"}}},
     "properties.networkAcls.ipRules[0].value is missing"),
    ({**BODY, "properties": {"networkAcls": {"defaultAction": "Deny", "bypass": "Azure, None"}}},
     "bypass is none of"),
    ([], "no JSON object"),
])
def test_a_body_that_the_library_cannot_send(double: Any, body: Any, says: str) -> None:
    status, answer = double.ask("PUT", f"{double.account('abc')}?api-version=2026-09-01", body)
    assert (status, answer["error"]["code"]) == (400, "InvalidRequestContent")
    assert says in answer["error"]["message"]


def test_versions_and_logins(double: Any) -> None:
    own = double.account("abc")
    assert refused(double, "GET", own, version="2019-01-01") == (
        400, "InvalidApiVersionParameter")
    assert refused(double, "GET", own, Authorization="") == (
        401, "AuthenticationFailedMissingToken")
    assert refused(double, "GET", "/nowhere") == (404, "ResourceNotFound")


def test_names_are_unique_in_the_world(double: Any) -> None:
    double.taken("stbackup01")
    assert refused(double, "PUT", double.account("stbackup01"), BODY) == (
        409, "StorageAccountAlreadyTaken")
    assert refused(double, "PUT", double.account("No-Name"), BODY) == (400, "AccountNameInvalid")


def test_an_account_under_way_takes_no_change(double: Any) -> None:
    double.settings(seconds=60)
    own = double.account("stbackup01")
    assert double.ask("PUT", f"{own}?api-version=2026-09-01", BODY)[0] == 202
    assert refused(double, "PUT", own, BODY) == (409, "StorageAccountOperationInProgress")
    assert refused(double, "POST", f"{own}/listKeys") == (409, "StorageAccountIsNotProvisioned")


@pytest.mark.parametrize("kind", ["Storage", "FileStorage"])
def test_kinds_without_versions(double: Any, kind: str) -> None:
    sku = "Premium_LRS" if kind == "FileStorage" else "Standard_LRS"
    own = double.make_account("stbackup01", kind=kind, sku=sku)
    assert refused(double, "PUT", f"{own}/blobServices/default", {
        "properties": {"isVersioningEnabled": True}}) == (400, "FeatureNotSupportedForAccount")


class TestImmutability:
    def container(self, double: Any, *, worm: bool = False) -> str:
        own = double.make_account("stbackup01")
        double.hand("PUT", f"{own}/blobServices/default",
                    {"properties": {"isVersioningEnabled": True}})
        path = f"{own}/blobServices/default/containers/data"
        properties = {"immutableStorageWithVersioning": {"enabled": True}} if worm else {}
        double.hand("PUT", path, {"properties": properties})
        return path

    def policy(self, days: int) -> Any:
        return {"properties": {"immutabilityPeriodSinceCreationInDays": days}}

    def test_locked_policies_only_grow(self, double: Any) -> None:
        policy = f"{self.container(double)}/immutabilityPolicies/default"
        etag = double.hand("PUT", policy, self.policy(5))["etag"]
        assert refused(double, "POST", f"{policy}/extend", self.policy(6), **{"If-Match": etag})
        etag = double.hand("POST", f"{policy}/lock", **{"If-Match": etag})["etag"]
        match = {"If-Match": etag}
        assert refused(double, "PUT", policy, self.policy(9), **match)[0] == 409
        assert refused(double, "DELETE", policy, **match)[0] == 409
        assert refused(double, "POST", f"{policy}/extend", self.policy(4), **match)[0] == 409
        longer = double.hand("POST", f"{policy}/extend", self.policy(9), **match)
        assert longer["properties"]["immutabilityPeriodSinceCreationInDays"] == 9

    def test_preconditions(self, double: Any) -> None:
        policy = f"{self.container(double)}/immutabilityPolicies/default"
        double.hand("PUT", policy, self.policy(5))
        assert refused(double, "PUT", policy, self.policy(6)) == (
            412, "ContainerImmutabilityPolicyFailure")
        assert refused(double, "DELETE", policy, **{"If-Match": '"other"'})[0] == 412

    def test_what_must_stay(self, double: Any) -> None:
        path = self.container(double, worm=True)
        double.blobs(path, 1)
        assert refused(double, "DELETE", path) == (
            409, "ContainerImmutableStorageWithVersioningEnabled")
        account = path.partition("/blobServices")[0]
        assert refused(double, "DELETE", account) == (409, "AccountProtectedFromDeletion")
        assert refused(double, "DELETE", double.group, version="2025-04-01") == (
            409, "AccountProtectedFromDeletion")
        double.blobs(path, 0)
        double.hand("DELETE", path)

    def test_legal_holds(self, double: Any) -> None:
        path = self.container(double)
        double.hand("POST", f"{path}/setLegalHold", {"tags": ["court"]})
        assert double.hand("GET", path)["properties"]["hasLegalHold"] is True
        assert refused(double, "DELETE", path) == (409, "ContainerHasLegalHold")
        double.hand("POST", f"{path}/clearLegalHold", {"tags": ["court"]})
        double.hand("DELETE", path)

    def test_versions_stay_on_below_it(self, double: Any) -> None:
        path = self.container(double, worm=True)
        service = path.partition("/containers")[0]
        assert refused(double, "PUT", service, {"properties": {"isVersioningEnabled": False}})

    def test_of_an_account(self, double: Any) -> None:
        own = double.make_account("stbackup02", immutableStorageWithVersioning={
            "enabled": True, "immutabilityPolicy": {
                "state": "Locked", "immutabilityPeriodSinceCreationInDays": 7}})

        def change(**policy: Any) -> Any:
            return {"properties": {"immutableStorageWithVersioning": {
                "enabled": True, "immutabilityPolicy": policy}}}

        for policy in ({"state": "Unlocked", "immutabilityPeriodSinceCreationInDays": 9},
                       {"state": "Locked", "immutabilityPeriodSinceCreationInDays": 3}):
            assert refused(double, "PATCH", own, change(**policy)) == (
                400, "AccountPropertyCannotBeUpdated")
        double.hand("PATCH", own, change(state="Locked", immutabilityPeriodSinceCreationInDays=9))


class TestAuthorization:
    ROLE = "/providers/Microsoft.Authorization/roleDefinitions/"
    ASSIGN = "/providers/Microsoft.Authorization/roleAssignments/"
    ONE = "11111111-1111-4111-8111-111111111111"
    TWO = "22222222-2222-4222-8222-222222222222"
    VERSION = "2022-04-01"

    def role(self, double: Any, name: str = "Mine") -> Any:
        return {"properties": {"roleName": name, "type": "CustomRole", "permissions": [],
                               "assignableScopes": [double.group]}}

    def test_names_of_roles_are_unique(self, double: Any) -> None:
        double.hand("PUT", double.group + self.ROLE + self.ONE, self.role(double), self.VERSION)
        for name in ("Mine", "Owner"):
            assert refused(double, "PUT", double.group + self.ROLE + self.TWO,
                           self.role(double, name), self.VERSION) == (
                409, "RoleDefinitionWithSameNameExists")

    def test_a_role_that_somebody_has_stays(self, double: Any) -> None:
        role = double.hand("PUT", double.group + self.ROLE + self.ONE, self.role(double),
                           self.VERSION)["id"]
        given = {"properties": {"roleDefinitionId": role, "principalId": self.ONE}}
        double.hand("PUT", double.group + self.ASSIGN + self.ONE, given, self.VERSION)
        assert refused(double, "DELETE", role, version=self.VERSION) == (
            400, "RoleDefinitionHasAssignments")
        assert refused(double, "PUT", double.group + self.ASSIGN + self.TWO, given,
                       self.VERSION) == (409, "RoleAssignmentExists")
        other = {"properties": {"roleDefinitionId": role, "principalId": self.TWO}}
        assert refused(double, "PUT", double.group + self.ASSIGN + self.ONE, other,
                       self.VERSION) == (400, "RoleAssignmentUpdateNotPermitted")

    def test_no_such_role(self, double: Any) -> None:
        given = {"properties": {"roleDefinitionId": self.ROLE + self.TWO, "principalId": self.ONE}}
        assert refused(double, "PUT", double.group + self.ASSIGN + self.ONE, given,
                       self.VERSION) == (404, "RoleDefinitionDoesNotExist")


class TestLocks:
    PATH = "/providers/Microsoft.Authorization/locks/l"

    def test_they_count_for_all_below(self, double: Any) -> None:
        own = double.make_account("stbackup01")
        double.hand("PUT", double.group + self.PATH, {"properties": {"level": "CanNotDelete"}},
                    "2020-05-01")
        assert refused(double, "DELETE", own) == (409, "ScopeLocked")
        double.hand("PATCH", own, {"tags": {}})
        double.hand("PUT", double.group + self.PATH, {"properties": {"level": "ReadOnly"}},
                    "2020-05-01")
        assert refused(double, "PATCH", own, {"tags": {}}) == (409, "ScopeLocked")
        assert refused(double, "POST", f"{own}/listKeys") == (409, "ScopeLocked")

    def test_a_group_is_not_deleted_around_one(self, double: Any) -> None:
        own = double.make_account("stbackup01")
        double.hand("PUT", own + self.PATH, {"properties": {"level": "CanNotDelete"}},
                    "2020-05-01")
        assert refused(double, "DELETE", double.group, version="2025-04-01") == (
            409, "ScopeLocked")


def test_deleting_a_group_takes_a_while_and_all_with_it(double: Any) -> None:
    own = double.make_account("stbackup01")
    double.settings(seconds=60, polls=1)
    status, _ = double.ask("DELETE", f"{double.group}?api-version=2025-04-01")
    assert status == 202
    assert refused(double, "GET", own) == (409, "ResourceGroupBeingDeleted")


def test_faults_count_and_are_told(double: Any) -> None:
    double.fault("ResourceGroups.get", code="TooManyRequests", retry_after=3, skip=1, times=2)
    seen = [double.ask("GET", f"{double.group}?api-version=2025-04-01")[0] for _ in range(4)]
    assert seen == [200, 429, 429, 200]
    assert double._control("GET", "faults")["value"][0]["fired"] == 2
    status, _ = double.ask("POST", "/_double/faults", {"operation": "x", "kind": "nonsense"})
    assert status == 400


def test_the_ledger_holds_no_secret(azure: Any, double: Any) -> None:
    state = azure.apply(StorageAccount(), name="stbackup01", resource_group_name="rg-backup",
                        location="westeurope", account_replication_type="LRS").state
    assert state.primary_access_key not in str(double.ledger())


def test_an_answer_is_checked_as_well() -> None:
    assert list(problems("StorageAccount", {"kind": 1}, "", answer=True))


def test_who_reaches_a_container_with_a_key(double: Any) -> None:
    own = double.make_account("stbackup01")
    double.hand("PUT", f"{own}/blobServices/default/containers/data", {"properties": {}})
    key = double.hand("POST", f"{own}/listKeys")["keys"][1]["value"]

    def problem(**changes: str) -> Any:
        asked = {"account": "stbackup01", "key": key, "container": "data", **changes}
        return double._control("POST", "reach", asked)["problem"]

    assert problem() is None
    assert problem(account="notofours") is None
    assert "authenticate" in problem(key="other")
    assert "does not exist" in problem(container="none")
    double.hand("POST", f"{own}/regenerateKey", {"keyName": "key2"})
    assert "authenticate" in problem()
    double.hand("PATCH", own, {"properties": {"allowSharedKeyAccess": False}})
    assert "not permitted" in problem()
