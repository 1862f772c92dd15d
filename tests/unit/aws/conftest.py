"""A double of AWS in a process of its own."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from doubles import running

from vbrprov.sdk import ProviderContext
from vbrprov_aws.provider import CONFIG, AwsModel


class Double:
    """The double's control path, over HTTP."""

    def __init__(self, sandbox: Mapping[str, Any]) -> None:
        self.sandbox = dict(sandbox)
        self.endpoint = str(sandbox["endpoint"])

    def _ask(self, method: str, what: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.endpoint}/_double/{what}", method=method,
            data=None if data is None else json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def ledger(self) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = self._ask("GET", "ledger")
        return out

    def operations(self) -> list[str]:
        return [entry["operation"] for entry in self.ledger()]

    def fault(self, operation: str, **rule: Any) -> None:
        self._ask("POST", "faults", {"operation": operation, **rule})

    def faults(self) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = self._ask("GET", "faults")
        return out

    def reset(self) -> None:
        self._ask("POST", "reset", {})


@pytest.fixture(scope="session")
def _double() -> Iterator[Double]:
    with running("vbrprov_aws.doubles.moto_double", "--port", "0", "--until-eof") as told:
        yield Double(told)


@pytest.fixture
def double(_double: Double) -> Double:
    _double.reset()
    return _double


@pytest.fixture(scope="session")
def _client(_double: Double) -> Iterator[Any]:
    client = CONFIG.configure(AwsModel(max_retries=1), ProviderContext(sandbox=_double.sandbox))
    yield client
    CONFIG.close(client)


@pytest.fixture
def client(_client: Any, double: Double) -> Any:
    """The provider's clients on an empty account."""
    return _client


@pytest.fixture
def aws(client: Any, harness: Any) -> Any:
    return harness(client)


@pytest.fixture
def configure(double: Double) -> Callable[..., Any]:
    """Clients from a provider block of one's own, still on the double."""
    def make(**arguments: Any) -> Any:
        return CONFIG.configure(AwsModel(**arguments), ProviderContext(sandbox=double.sandbox))

    return make
