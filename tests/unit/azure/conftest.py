"""The double of Azure Resource Manager in a process of its own.

``VBRPROV_TEST_AZURE_SUBSCRIPTION`` and ``VBRPROV_TEST_AZURE_GROUP`` let the tests marked as a
contract run against a real subscription as well, with the login of the environment.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from doubles import running
from provider_trial import Trial

from vbrprov.sdk import ProviderContext, StepContext
from vbrprov_azure.provider import CONFIG, AzureModel

GROUP = "rg-backup"
LOCATION = "westeurope"


class Double:
    """The double over HTTP: its control path, and what somebody does by hand."""

    def __init__(self, sandbox: Mapping[str, Any]) -> None:
        self.sandbox = dict(sandbox)
        self.endpoint = str(sandbox["endpoint"])
        self.subscription = str(sandbox["subscription_id"])

    def ask(self, method: str, path: str, data: Any = None, **headers: str) -> tuple[int, Any]:
        """A request and its answer, refusals included."""
        request = urllib.request.Request(
            self.endpoint + path, method=method,
            data=None if data is None else json.dumps(data).encode(),
            headers={"Authorization": "Bearer x", **headers})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def _control(self, method: str, what: str, data: Any = None) -> Any:
        status, body = self.ask(method, f"/_double/{what}", data)
        assert status == 200, body
        return body

    def hand(self, method: str, path: str, data: Any = None, version: str = "2026-09-01",
             **headers: str) -> Any:
        """Something that somebody does by hand; it must go well."""
        status, body = self.ask(method, f"{path}?api-version={version}", data, **headers)
        assert status < 300, body
        return body

    def ledger(self) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = self._control("GET", "ledger")["value"]
        return out

    def operations(self) -> list[str]:
        return [entry["operation"] for entry in self.ledger()]

    def fault(self, operation: str, **rule: Any) -> None:
        self._control("POST", "faults", {"operation": operation, **rule})

    def settings(self, **data: Any) -> None:
        self._control("POST", "settings", data)

    def taken(self, name: str) -> None:
        self._control("POST", "taken", {"name": name})

    def blobs(self, container: str, count: int) -> None:
        self._control("POST", "blobs", {"id": container, "count": count})

    def reset(self) -> None:
        self._control("POST", "reset", {})

    @property
    def group(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{GROUP}"

    def account(self, name: str) -> str:
        return f"{self.group}/providers/Microsoft.Storage/storageAccounts/{name}"

    def make_group(self) -> None:
        self.hand("PUT", self.group, {"location": LOCATION}, "2025-04-01")

    def make_account(self, name: str, **properties: Any) -> str:
        """An account that somebody made by hand; its id."""
        own = self.account(name)
        body = {"kind": properties.pop("kind", "StorageV2"), "location": LOCATION,
                "sku": {"name": properties.pop("sku", "Standard_LRS")}, "properties": properties}
        self.settings(lro="immediate")
        self.hand("PUT", own, body)
        self.settings(lro="location")
        return own


@pytest.fixture(scope="session")
def _double() -> Iterator[Double]:
    with running("vbrprov_azure.doubles.arm", "--port", "0", "--until-eof") as told:
        yield Double(told)


@pytest.fixture
def double(_double: Double) -> Double:
    """The double with one empty resource group."""
    _double.reset()
    _double.make_group()
    return _double


@pytest.fixture(scope="session")
def _secrets() -> list[str]:
    return []


@pytest.fixture(scope="session")
def _client(_double: Double, _secrets: list[str]) -> Iterator[Any]:
    client = CONFIG.configure(AzureModel(max_retries=2), ProviderContext(
        sandbox=_double.sandbox, secret=_secrets.append))
    yield client
    CONFIG.close(client)


@pytest.fixture
def secrets(_secrets: list[str]) -> list[str]:
    """What the redactor was told."""
    _secrets.clear()
    return _secrets


@pytest.fixture
def ctx() -> StepContext:
    return StepContext("azurerm_thing.x", "token-1", "stack-1",
                       sleep=lambda s: time.sleep(min(s, 0.02)), timeout=5.0)


@pytest.fixture
def azure(_client: Any, double: Double, ctx: StepContext) -> Trial:
    """The provider on the double."""
    return Trial(_client, ctx)


@pytest.fixture
def configure(double: Double) -> Callable[..., Any]:
    """Clients from a provider block of one's own, still on the double."""
    def make(**arguments: Any) -> Any:
        return CONFIG.configure(AzureModel(**arguments), ProviderContext(sandbox=double.sandbox))

    return make
