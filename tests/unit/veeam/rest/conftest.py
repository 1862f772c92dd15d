"""A double in a process of its own, reset for each test, and clients of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vbrprov_veeam.api import VbrClient
from vbrprov_veeam.doubles.vbr.remote import RemoteDouble
from vbrprov_veeam.doubles.vbr.samples import REPOSITORIES, Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]
FAST = (0.001, 0.004)


def _fresh(double: RemoteDouble) -> Iterator[RemoteDouble]:
    double.reset()
    yield double
    own = [v for v in double.violations() if v["side"] == "response"]
    assert own == [], "the double broke the official document"


@pytest.fixture(scope="session")
def rev1_process() -> Iterator[RemoteDouble]:
    with RemoteDouble.spawn("--session-seconds=60") as double:
        yield double


@pytest.fixture(scope="session")
def rev2_process() -> Iterator[RemoteDouble]:
    with RemoteDouble.spawn("--revision=1.3-rev2", "--session-seconds=60") as double:
        yield double


@pytest.fixture
def double(rev1_process: RemoteDouble) -> Iterator[RemoteDouble]:
    """A double of 13.0.1, as new."""
    yield from _fresh(rev1_process)


@pytest.fixture
def double2(rev2_process: RemoteDouble) -> Iterator[RemoteDouble]:
    """A double of 13.1, as new."""
    yield from _fresh(rev2_process)


@pytest.fixture
def connect() -> Iterator[Callable[..., VbrClient]]:
    """Makes clients that are logged out at the end."""
    clients: list[VbrClient] = []

    def make(target: Any, **options: Any) -> VbrClient:
        facts = {"fingerprint": target.fingerprint, "poll_interval": FAST, "timeout": 10.0}
        username = options.pop("username", target.username)
        password = options.pop("password", target.password)
        client = VbrClient(target.url, username, password, **{**facts, **options})
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.logout()


@pytest.fixture
def client(double: RemoteDouble, connect: Callable[..., VbrClient]) -> VbrClient:
    return connect(double)


@pytest.fixture
def client2(double2: RemoteDouble, connect: Callable[..., VbrClient]) -> VbrClient:
    return connect(double2)


@pytest.fixture
def samples(client: VbrClient) -> Samples:
    return Samples(client)


@pytest.fixture
def samples2(client2: VbrClient) -> Samples:
    return Samples(client2)


@pytest.fixture
def repository(client: VbrClient, samples: Samples) -> Json:
    """A repository that exists."""
    return client.create_async(REPOSITORIES, samples.s3_compatible(), name="repo")
