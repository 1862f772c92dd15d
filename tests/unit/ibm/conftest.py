"""Doubles of IBM Cloud: AWS's double for S3 and ours for the REST services."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from doubles import running

from vbrprov.sdk import ProviderContext
from vbrprov_ibm.provider import CONFIG, IbmModel


class Double:
    """Both doubles and their control paths."""

    def __init__(self, s3: dict[str, Any], rest: dict[str, Any]) -> None:
        self.sandbox = {**s3, **rest}

    def _ask(self, url: str, data: Any = None) -> Any:
        request = urllib.request.Request(url, method="POST", data=json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def ledger(self) -> list[str]:
        """Changing calls to the REST services."""
        out: list[str] = self._ask(f"{self.sandbox['rest_endpoint']}/_double/ledger")
        return out

    def drop(self, call: str, when: str) -> None:
        """Lose the next answer to ``METHOD /path``, before or after the work."""
        self._ask(f"{self.sandbox['rest_endpoint']}/_double/drop", [call, when])

    def reset(self) -> None:
        self._ask(f"{self.sandbox['rest_endpoint']}/_double/reset")
        self._ask(f"{self.sandbox['endpoint']}/_double/reset", {})


@pytest.fixture(scope="session")
def _double() -> Iterator[Double]:
    with running("vbrprov_aws.doubles.moto_double", "--port", "0", "--until-eof") as s3, running(
            "vbrprov_ibm.doubles.server", "--s3", s3["endpoint"]) as rest:
        yield Double(s3, rest)


@pytest.fixture
def double(_double: Double) -> Double:
    _double.reset()
    return _double


@pytest.fixture
def configure(double: Double) -> Iterator[Callable[..., Any]]:
    """Clients from a provider block of one's own, on the doubles."""
    made: list[Any] = []

    def make(**arguments: Any) -> Any:
        made.append(CONFIG.configure(IbmModel(max_retries=1, **arguments),
                                     ProviderContext(sandbox=double.sandbox)))
        return made[-1]

    yield make
    for client in made:
        CONFIG.close(client)


@pytest.fixture
def ibm(configure: Any, harness: Any) -> Any:
    return harness(configure())
