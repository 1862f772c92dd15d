"""Stores to test against: moto always, SeaweedFS in the slow lane; and MinIO's admin API."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from doubles import running
from stores import SERVERS, UnavailableError

from vbrprov.sdk import ProviderContext
from vbrprov_s3.provider import CONFIG, EndpointsBlock, S3Model


@dataclass
class TestStore:
    """A store that listens, and what it does unlike Amazon S3."""

    __test__ = False

    name: str
    endpoint: str
    access_key: str
    secret_key: str
    #: Known differences; a test that meets one asserts it instead of passing over it.
    differs: frozenset[str] = field(default_factory=frozenset)


#: What each store does unlike Amazon S3, seen on the versions named.
DIFFERENCES = {
    # 5.2.5 behind our double, which puts right what moto takes and Amazon refuses.
    "moto": frozenset(),
    # 4.48: GetPublicAccessBlock is 501, system.xml is its own, users have no date.
    "seaweedfs": frozenset({"no_public_access_block", "own_sosapi", "no_dates"}),
}


def _running(name: str, folder: Path) -> Iterator[TestStore]:
    try:
        with SERVERS[name](folder) as server:
            yield TestStore(name, server.endpoint, server.access_key, server.secret_key,
                            DIFFERENCES[name])
    except UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def _moto(tmp_path_factory: Any) -> Iterator[TestStore]:
    yield from _running("moto", tmp_path_factory.mktemp("moto"))


@pytest.fixture(scope="session")
def _seaweedfs(tmp_path_factory: Any) -> Iterator[TestStore]:
    yield from _running("seaweedfs", tmp_path_factory.mktemp("seaweedfs"))


@pytest.fixture
def moto(_moto: TestStore) -> TestStore:
    """moto, where one store is enough."""
    return _moto


def _block(store: TestStore, **arguments: Any) -> S3Model:
    return S3Model(**{
        "vendor": "generic", "endpoint": store.endpoint, "access_key": store.access_key,
        "secret_key": store.secret_key, "max_retries": 1, **arguments})


@pytest.fixture(params=["moto", pytest.param("seaweedfs", marks=pytest.mark.slow)])
def store(request: Any) -> TestStore:
    """Each store in turn."""
    found: TestStore = request.getfixturevalue(f"_{request.param}")
    return found


@pytest.fixture
def configure() -> Iterator[Callable[..., Any]]:
    """Clients of a store from a provider block of one's own."""
    made: list[Any] = []

    def make(store: TestStore, **arguments: Any) -> Any:
        made.append(CONFIG.configure(_block(store, **arguments), ProviderContext()))
        return made[-1]

    yield make
    for client in made:
        CONFIG.close(client)


@pytest.fixture
def client(store: TestStore, configure: Any) -> Any:
    return configure(store)


@pytest.fixture
def s3(client: Any, harness: Any) -> Any:
    return harness(client)


@pytest.fixture
def name() -> str:
    """A bucket name of the test's own: the stores outlive it."""
    return f"test-{secrets.token_hex(8)}"


class AdminDouble:
    """MinIO's admin API and its control path."""

    def __init__(self, told: dict[str, str]) -> None:
        self.endpoint = told["admin_endpoint"]
        self.access_key, self.secret_key = told["access_key"], told["secret_key"]

    def _ask(self, what: str, data: Any = None) -> Any:
        request = urllib.request.Request(f"{self.endpoint}/_double/{what}", method="POST",
                                         data=json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def ledger(self) -> list[str]:
        out: list[str] = self._ask("ledger")
        return out

    def drop(self, command: str, when: str) -> None:
        """Lose the next answer, before or after the work."""
        self._ask("drop", [command, when])

    def reset(self) -> None:
        self._ask("reset")


@pytest.fixture(scope="session")
def _admin() -> Iterator[AdminDouble]:
    with running("vbrprov_s3.doubles.minio_admin", "--port", "0") as told:
        yield AdminDouble(told)


@pytest.fixture
def admin(_admin: AdminDouble) -> AdminDouble:
    _admin.reset()
    return _admin


@pytest.fixture
def minio(admin: AdminDouble, harness: Any) -> Iterator[Any]:
    """A harness on a MinIO of which only the admin API is there."""
    client = CONFIG.configure(S3Model(
        vendor="minio", endpoint="http://127.0.0.1:1", max_retries=1,
        endpoints=EndpointsBlock(admin=admin.endpoint), access_key=admin.access_key,
        secret_key=admin.secret_key), ProviderContext())
    yield harness(client)
    CONFIG.close(client)
