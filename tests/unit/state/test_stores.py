"""What every store of states must do, against servers in processes of their own."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import store_servers

from vbrprov.sdk.store import ObjectStore, StoreConflictError, StoreError
from vbrprov.state.errors import StateError
from vbrprov.state.remote.backend import RemoteBackend
from vbrprov.state.remote.probe import require_conditional_writes
from vbrprov.workflow.stores import backend_type

_count = itertools.count()

Open = Callable[..., ObjectStore]


@pytest.fixture(scope="session", params=store_servers.KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[store_servers.Server]:
    if reason := store_servers.why_not(request.param):
        pytest.skip(reason)
    with getattr(store_servers, request.param)() as running:
        yield running


def make(server: store_servers.Server, settings: Mapping[str, str]) -> ObjectStore:
    type_ = backend_type(server.kind)
    assert type_ is not None
    return type_.open({**{s.name: s.default for s in type_.settings}, **settings})


@pytest.fixture
def place(server: store_servers.Server) -> dict[str, str]:
    """Settings of a fresh place."""
    return server.place(f"p{next(_count)}")


@pytest.fixture
def store(server: store_servers.Server, place: dict[str, str]) -> ObjectStore:
    return make(server, place)


@pytest.fixture
def again(server: store_servers.Server, place: dict[str, str]) -> Callable[[], ObjectStore]:
    """The same place, as another process opens it."""
    return lambda: make(server, place)


def test_write_if_absent_and_if_unchanged(store: ObjectStore) -> None:
    assert store.get("a/b") is None
    assert store.names("") == []
    first = store.put("a/b", b"one", expected=None)
    with pytest.raises(StoreConflictError):
        store.put("a/b", b"two", expected=None)
    second = store.put("a/b", b"two", expected=first)
    assert second != first
    with pytest.raises(StoreConflictError):
        store.put("a/b", b"three", expected=first)
    assert store.get("a/b") == (b"two", second)


def test_names_and_deletion(store: ObjectStore) -> None:
    for name in ("b/2", "a/1", "b/1", "c"):
        store.put(name, name.encode(), expected=None)
    assert store.names("") == ["a/1", "b/1", "b/2", "c"]
    assert store.names("b/") == ["b/1", "b/2"]
    store.delete(["b/1", "none", "c"])
    assert store.names("") == ["a/1", "b/2"]
    found = store.get_all(["a/1", "c", "b/2"])
    assert [item and item.data for item in found] == [b"a/1", None, b"b/2"]
    version = store.put("c", b"new", expected=None)
    store.delete(["c"])
    with pytest.raises(StoreConflictError):
        store.put("c", b"newer", expected=version)


@pytest.mark.parametrize("data", [b"", bytes(range(256)), "ü\n".encode() * 300_000])
def test_any_bytes_come_back(store: ObjectStore, data: bytes) -> None:
    version = store.put("data", data, expected=None)
    assert store.get("data") == (data, version)


def test_one_of_many_writers_wins(again: Callable[[], ObjectStore]) -> None:
    """Each from a connection of its own."""
    stores = [again() for _ in range(6)]
    for turn in range(3):
        won: list[int] = []
        ready = threading.Barrier(len(stores))

        def write(number: int, name: str = f"turn-{turn}", won: list[int] = won,
                  ready: threading.Barrier = ready) -> None:
            ready.wait(30)
            try:
                stores[number].put(name, b"%d" % number, expected=None)
            except StoreConflictError:
                return
            won.append(number)

        _at_once(write, len(stores))
        found = stores[0].get(f"turn-{turn}")
        assert found is not None
        assert [b"%d" % number for number in won] == [found.data]


def test_no_update_is_lost(again: Callable[[], ObjectStore]) -> None:
    again().put("count", b"0", expected=None)

    def add(number: int) -> None:
        store = again()
        for _ in range(3):
            while True:
                found = store.get("count")
                assert found is not None
                try:
                    store.put("count", b"%d" % (int(found.data) + 1), expected=found.version)
                except StoreConflictError:
                    continue
                break

    _at_once(add, 4)
    found = again().get("count")
    assert found is not None
    assert found.data == b"12"


def _at_once(call: Callable[[int], None], count: int) -> None:
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            call(number)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=guarded, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_it_passes_the_probe_and_leaves_nothing(store: ObjectStore) -> None:
    require_conditional_writes(store, "default/")
    assert store.names("") == []


def test_its_description_tells_no_secret(store: ObjectStore) -> None:
    assert "made-up-secret" not in store.description
    assert store.description


def test_a_state_lives_there(again: Callable[[], ObjectStore], tmp_path: Path,
                             make_instance: Any, make_intent: Any) -> None:
    def run() -> RemoteBackend:
        return RemoteBackend(again(), report=print, spill_directories=[tmp_path])

    for number in range(4):
        with run().session("apply") as session:
            session.begin(2)
            session.intents([make_intent("1"), make_intent("2", "b")])
            session.outcome("1", "ok", put=[make_instance("a", number)])
            session.outcome("2", "not_done")
    data, found = run().read()
    assert list(found) == []
    assert (data.serial, len(data.instances), data.intents) == (4, 1, {})
    assert run().locks() == []
    other = run().for_workspace("test")
    with other.session("apply") as session:
        session.put(make_instance("b"))
    assert run().workspaces() == ["default", "test"]
    other.drop()
    assert run().workspaces() == ["default"]


def test_no_server_there(server: store_servers.Server, place: dict[str, str]) -> None:
    """Whoever hears nothing may try again, and is told."""
    nowhere = f"127.0.0.1:{store_servers.free_port()}"
    wrong = {name: _elsewhere(text, nowhere) for name, text in place.items()}
    assert wrong != place
    with pytest.raises(StoreError) as error:
        make(server, wrong).get("a")
    assert error.value.passing
    assert "made-up-secret" not in error.value.detail


def _elsewhere(text: str, nowhere: str) -> str:
    head, found, rest = text.partition("127.0.0.1:")
    return head + nowhere + rest.lstrip("0123456789") if found else text


def test_a_careless_http_server_is_refused(make_instance: Any, tmp_path: Path) -> None:
    with store_servers.http("--careless") as running:
        backend = RemoteBackend(make(running, running.place("x")), report=print,
                                spill_directories=[tmp_path])
        with backend.session("apply") as session, pytest.raises(
                StateError, match="another lock's id"):
            session.put(make_instance("a"))
