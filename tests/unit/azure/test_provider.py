"""The provider block: ways to log in, what they import, and what is never printed."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError
from vbrprov_azure.arm import RESOURCES
from vbrprov_azure.errors import Operation, refusal
from vbrprov_azure.login import CLOUDS, Login, claims_of
from vbrprov_azure.provider import CONFIG, AzureModel
from vbrprov_azure.session import Clients, Settings

ROOT = Path(__file__).parents[3]
SUBSCRIPTION = "00000000-0000-4000-8000-000000000000"
BASE = {"subscription_id": SUBSCRIPTION}
OWN = {**BASE, "tenant_id": "tenant", "client_id": "client"}


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith(("ARM_", "AZURE_", "ACTIONS_")):
            monkeypatch.delenv(name)


def login(**arguments: Any) -> Login:
    client = CONFIG.configure(AzureModel(**arguments), ProviderContext())
    assert isinstance(client, Clients)
    found = client._settings.login
    assert found is not None
    return found


@pytest.mark.parametrize(("arguments", "kind", "credential"), [
    ({**OWN, "client_secret": "s"}, "client_secret", "ClientSecretCredential"),
    ({**OWN, "use_oidc": True, "oidc_token": "t"}, "workload_identity",
     "ClientAssertionCredential"),
    ({**OWN, "use_oidc": True, "oidc_token_file_path": "/t"}, "workload_identity",
     "ClientAssertionCredential"),
    ({**OWN, "use_oidc": True, "oidc_request_url": "https://x", "oidc_request_token": "t"},
     "workload_identity", "ClientAssertionCredential"),
    ({**BASE, "use_msi": True}, "managed_identity", "ManagedIdentityCredential"),
    (BASE, "azure_cli", "AzureCliCredential"),
])
def test_ways_to_log_in(arguments: Any, kind: str, credential: str) -> None:
    found = login(**arguments)
    assert found.kind == kind
    made = found.credential()
    assert type(made).__name__ == credential
    made.close()


def test_a_certificate(tmp_path: Path) -> None:
    found = login(**OWN, client_certificate_path=str(tmp_path / "none.pem"))
    assert found.kind == "client_certificate"
    with pytest.raises(ProviderError) as caught:
        found.credential()
    assert caught.value.kind is ErrorClass.INVALID


@pytest.mark.parametrize(("variables", "kind"), [
    ({"ARM_CLIENT_SECRET": "s"}, "client_secret"),
    ({"AZURE_CLIENT_SECRET": "s"}, "client_secret"),
    ({"ARM_CLIENT_CERTIFICATE_PATH": "/c"}, "client_certificate"),
    ({"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"}, "workload_identity"),
    ({"AZURE_FEDERATED_TOKEN_FILE": "/t"}, "workload_identity"),
    ({"ARM_USE_OIDC": "1", "ACTIONS_ID_TOKEN_REQUEST_URL": "https://x",
      "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}, "workload_identity"),
    ({"ARM_USE_MSI": "true"}, "managed_identity"), ({}, "azure_cli"),
])
def test_the_environment(monkeypatch: pytest.MonkeyPatch, variables: Any, kind: str) -> None:
    for name, value in {"ARM_SUBSCRIPTION_ID": SUBSCRIPTION, "ARM_TENANT_ID": "t",
                        "AZURE_CLIENT_ID": "c", **variables}.items():
        monkeypatch.setenv(name, value)
    assert login().kind == kind


@pytest.mark.parametrize(("arguments", "attribute"), [
    ({}, "subscription_id"), ({**BASE, "client_secret": "s"}, "tenant_id"),
    ({**BASE, "tenant_id": "t", "client_secret": "s"}, "client_id"),
    ({**OWN, "use_oidc": True}, "use_oidc"), ({**BASE, "use_cli": False}, "use_cli"),
])
def test_what_is_missing_is_told(arguments: Any, attribute: str) -> None:
    with pytest.raises(ProviderError) as caught:
        CONFIG.configure(AzureModel(**arguments), ProviderContext())
    assert (caught.value.kind, caught.value.attribute) == (ErrorClass.INVALID, attribute)


def test_a_cloud_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_ENVIRONMENT", "mars")
    with pytest.raises(ProviderError) as caught:
        CONFIG.configure(AzureModel(**BASE), ProviderContext())
    assert caught.value.attribute == "environment"


@pytest.mark.parametrize("name", CLOUDS)
def test_clouds(name: str) -> None:
    found = login(**BASE, environment=name)
    assert found.cloud.scope == f"{CLOUDS[name].manager}/.default"


def test_secrets_are_told_to_the_redactor() -> None:
    seen: list[str] = []
    CONFIG.configure(AzureModel(**OWN, client_secret="hush"), ProviderContext(secret=seen.append))
    assert seen == ["hush"]
    assert "hush" not in repr(login(**OWN, client_secret="hush"))


def test_a_token_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "token"
    found = login(**OWN, use_oidc=True, oidc_token_file_path=str(path))
    for text in ("one", "two"):
        path.write_text(text + "\n")
        assert found._assertion() == text


def test_whose_a_token_is() -> None:
    body = base64.urlsafe_b64encode(json.dumps(
        {"tid": "t", "appid": "a", "oid": "o"}).encode()).decode().rstrip("=")
    found = claims_of(f"x.{body}.y")
    assert (found.tenant_id, found.client_id, found.object_id) == ("t", "a", "o")
    assert claims_of("nonsense").object_id == ""


def test_no_login_is_told() -> None:
    class Nobody:
        kind = "nobody"
        cloud = CLOUDS["public"]

        def credential(self) -> Any:
            from azure.identity import CredentialUnavailableError

            class Credential:
                def get_token(self, *scopes: str, **options: Any) -> Any:
                    raise CredentialUnavailableError("Please run 'az login' to set up an account.")

                def close(self) -> None:
                    """Nothing is open."""

            return Credential()

    login_: Any = Nobody()
    client = Clients(Settings(SUBSCRIPTION, login_))
    for call in (lambda: client.arm.get(Operation("X", "x", reads=True), "/x", RESOURCES),
                 client.claims):
        with pytest.raises(ProviderError) as caught:
            call()
        assert caught.value.kind is ErrorClass.DENIED
        assert "az login" in caught.value.detail
    client.close()


def test_a_service_that_is_not_there(configure: Any) -> None:
    client = Clients(Settings(SUBSCRIPTION, None, endpoint="http://127.0.0.1:9", max_retries=0))
    with pytest.raises(ProviderError) as caught:
        client.arm.get(Operation("X", "x"), "/x", RESOURCES)
    assert caught.value.kind is ErrorClass.UNREACHABLE
    client.close()


def test_an_expired_login_is_told(azure: Any, double: Any) -> None:
    double.fault("*", code="ExpiredAuthenticationToken", status=401, times=0)
    with pytest.raises(ProviderError) as caught:
        azure.client.arm.get(Operation("X", "x", reads=True), double.group, RESOURCES)
    assert caught.value.summary == "Login not accepted"


def test_retry_after_is_obeyed_by_the_thin_client(azure: Any, double: Any) -> None:
    double.fault("ResourceGroups.get", code="TooManyRequests", retry_after=1, times=1)
    assert azure.client.arm.get(Operation("X", "x"), double.group, RESOURCES)["name"]


def test_throttling_without_end_is_told(azure: Any, double: Any) -> None:
    double.fault("ResourceGroups.get", code="TooManyRequests", times=0)
    with pytest.raises(ProviderError) as caught:
        azure.client.arm.get(Operation("X", "x", reads=True), double.group, RESOURCES)
    assert caught.value.kind is ErrorClass.THROTTLED


PROGRAM = """
import sys
from vbrprov.sdk import ProviderContext
from vbrprov_azure import PROVIDER
config = PROVIDER.config()
config.configure(config.model(subscription_id="00000000-0000-4000-8000-000000000000"),
                 ProviderContext())
for kind in ("resources", "data_sources"):
    for name in PROVIDER.names(kind):
        PROVIDER.load(kind, name)
import vbrprov_azure.views
print(*sorted(name for name in sys.modules
              if name.split(".")[0] in ("azure", "msal", "requests", "cryptography", "urllib3")))
"""


def test_what_is_only_declared_imports_nothing_of_azure() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, text=True, check=True,
                          capture_output=True, env={
                              "PYTHONPATH": f"{ROOT}:{ROOT / 'providers'}", "PATH": "/usr/bin"})
    assert done.stdout.split() == []


THREADS = """
import json, sys, threading
from vbrprov.sdk import ProviderContext, StepContext
from vbrprov_azure import PROVIDER
from vbrprov_azure.ids import GroupId
config = PROVIDER.config()
sandbox = json.loads(sys.argv[1])
client = config.configure(config.model(), ProviderContext(sandbox=sandbox))
from vbrprov_azure.account.reading import get_account
from vbrprov_azure.ids import AccountId
from vbrprov_azure.resources.resource_group import get_group
own = sandbox["subscription_id"]
start, failed = threading.Barrier(12), []
def run(number):
    start.wait()
    try:
        if number % 2:
            get_group(client, GroupId(own, "rg-backup"))
        else:
            get_account(client, AccountId(own, "rg-backup", "none"))
    except BaseException as error:
        failed.append(repr(error))
threads = [threading.Thread(target=run, args=(n,)) for n in range(12)]
[t.start() for t in threads]
[t.join() for t in threads]
print(*failed)
"""


def test_many_threads_may_be_the_first(double: Any) -> None:
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", THREADS, json.dumps(double.sandbox)], cwd=ROOT, text=True,
            check=True, capture_output=True,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'providers'}", "PATH": "/usr/bin"})
        assert done.stdout.strip() == ""


@pytest.mark.parametrize(("arguments", "attribute"), [
    (BASE, None),
    ({**OWN, "client_certificate_path": "/etc/passwd"}, "client_certificate_path"),
    ({**OWN, "use_oidc": True, "oidc_token_file_path": "/etc/passwd"}, "oidc_token_file_path"),
    ({**OWN, "use_oidc": True, "oidc_request_url": "https://evil.example",
      "oidc_request_token": "t"}, "oidc_request_url"),
])
def test_an_untrusted_run_starts_no_program_and_reads_no_file(arguments: Any,
                                                              attribute: str | None) -> None:
    with pytest.raises(ProviderError) as caught:
        CONFIG.configure(AzureModel(**arguments), ProviderContext(untrusted=True))
    assert (caught.value.kind, caught.value.attribute) == (ErrorClass.DENIED, attribute)


def test_an_untrusted_run_takes_the_login_of_the_environment(
        monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ARM_TENANT_ID", "t"), ("ARM_CLIENT_ID", "c"),
                        ("AZURE_FEDERATED_TOKEN_FILE", "/t")):
        monkeypatch.setenv(name, value)
    client = CONFIG.configure(AzureModel(**BASE), ProviderContext(untrusted=True))
    assert isinstance(client, Clients)


@pytest.mark.parametrize(("status", "code", "kind"), [
    (404, "ResourceNotFound", ErrorClass.NOT_FOUND), (404, "LockNotFound", ErrorClass.NOT_FOUND),
    (404, "RoleDefinitionDoesNotExist", ErrorClass.NOT_FOUND),
    (404, "SomethingNewNotFound", ErrorClass.NOT_FOUND), (404, "", ErrorClass.FAILED),
    (404, "NotFound", ErrorClass.FAILED), (404, "SubscriptionNotFound", ErrorClass.INVALID),
    (404, "TenantNotFound", ErrorClass.FAILED), (404, "ApiNotFound", ErrorClass.FAILED),
    (403, "AuthorizationFailed", ErrorClass.DENIED), (403, "", ErrorClass.DENIED),
    (409, "AnythingElse", ErrorClass.CONFLICT), (412, "", ErrorClass.CONFLICT),
    (429, "", ErrorClass.THROTTLED), (500, "", ErrorClass.LOST), (400, "X", ErrorClass.INVALID),
])
def test_what_an_answer_means(status: int, code: str, kind: ErrorClass) -> None:
    found = refusal(Operation("X", "y"), status, code, "text")
    assert found.kind is kind
    assert found.detail.startswith("Azure answered X for y with")
