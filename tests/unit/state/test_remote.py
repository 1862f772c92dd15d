"""Remote state on a store in memory that can lose answers, be slow, or lie."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from vbrprov.sdk.keys import Key, KeyContext, KeyProvider
from vbrprov.sdk.model import Model
from vbrprov.sdk.store import ObjectStore, StoreConflictError, Stored, StoreError
from vbrprov.state.codec import PLAIN, ConfiguredKey, StateCodec
from vbrprov.state.errors import (
    JournalFailed,
    StateError,
    StateExistsError,
    StateLockedError,
)
from vbrprov.state.model import StateData
from vbrprov.state.remote.backend import RemoteBackend
from vbrprov.state.session import StateSession

#: Called with the operation and the name before it is done; may raise.
Hook = Callable[[str, str], None]


class MemoryStore(ObjectStore):
    """The store as it must be; ``before`` and ``after`` make it worse."""

    description = "memory"

    def __init__(self) -> None:
        self.objects: dict[str, Stored] = {}
        self.lock = threading.Lock()
        self.count = 0
        self.calls: list[str] = []
        self.before: Hook = lambda operation, name: None
        self.after: Hook = lambda operation, name: None

    def get(self, name: str) -> Stored | None:
        self.before("get", name)
        with self.lock:
            return self.objects.get(name)

    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        self.before("put", name)
        with self.lock:
            self.calls.append(f"put {name}")
            found = self.objects.get(name)
            if (found.version if found else None) != expected:
                raise StoreConflictError("not as expected")
            self.count += 1
            self.objects[name] = Stored(data, str(self.count))
            version = str(self.count)
        self.after("put", name)
        return version

    def delete(self, names: Sequence[str]) -> None:
        for name in names:
            self.before("delete", name)
            with self.lock:
                self.objects.pop(name, None)

    def names(self, prefix: str) -> list[str]:
        self.before("names", prefix)
        with self.lock:
            return sorted(name for name in self.objects if name.startswith(prefix))


class Place:
    """A store, and runs on it."""

    def __init__(self, folder: Path, codec: StateCodec) -> None:
        self.store = MemoryStore()
        self.codec = codec
        self.folder = folder
        self.told: list[str] = []

    def run(self, lease: float = 30.0) -> RemoteBackend:
        return RemoteBackend(self.store, lease=lease, report=self.told.append,
                             spill_directories=[self.folder / "spills"], codec=self.codec)

    def read(self) -> StateData:
        data, found = self.run().read()
        assert list(found) == []
        return data

    def error(self) -> str:
        data, found = self.run().read()
        assert data.is_empty
        return " ".join(f"{d.summary}: {d.detail}" for d in found if d.is_error)

    def sleeper(self, stack: list[Any], lease: float = 0.3) -> StateSession:
        """A session whose lease is not renewed any more, as that of a stopped process."""
        opened = self.run(lease).session("apply")
        stack.append(opened)
        beats = {"put": 0}

        def hold(operation: str, name: str) -> None:
            if name.endswith("/lock") and threading.current_thread().name == "lease":
                beats["put"] += 1
                raise StoreError("asleep", passing=True)

        self.store.before = hold
        return opened.__enter__()


class Fixed(KeyProvider[Any]):
    """One key, without the time that a real one takes."""

    type_name = "fixed"
    model = Model

    def new_key(self, config: Any, context: KeyContext) -> Key:
        return Key(config, {})

    def key_again(self, config: Any, meta: Any, context: KeyContext) -> bytes:
        return config  # type: ignore[no-any-return]


def encrypting(material: bytes = b"k" * 32, *others: None) -> StateCodec:
    return StateCodec((ConfiguredKey("key_provider.fixed.x", Fixed(), material, KeyContext()),
                       *others))


@pytest.fixture(params=["plain", "encrypted"])
def place(request: pytest.FixtureRequest, tmp_path: Path,
          monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return Place(tmp_path, PLAIN if request.param == "plain" else encrypting())


@pytest.fixture
def opened() -> Iterator[list[Any]]:
    """Sessions to leave at the end, whatever they say."""
    stack: list[Any] = []
    yield stack
    for one in stack:
        with suppress(StateError):
            one.__exit__(None, None, None)


def test_record_and_read(place: Place, make_instance: Any, make_intent: Any) -> None:
    with place.run().session("apply") as session:
        session.begin(1)
        session.intent(make_intent("1"))
        assert place.read().intents.keys() == {"1"}
        session.outcome("1", "ok", put=[make_instance("a")])
        assert [key[0] for key in place.read().instances] == ["vbrprov_data.a"]
        assert not place.read().intents
    data = place.read()
    assert (data.serial, len(data.instances)) == (1, 1)
    assert not [name for name in place.store.objects if "/journal/" in name]
    assert place.run().lock_holder() is None


def test_reading_and_no_change_write_nothing_but_the_lock(place: Place) -> None:
    assert place.read().is_empty
    with place.run().session("apply"):
        pass
    assert {call.split("/")[1] for call in place.store.calls} == {"lock"}


def test_two_generations_and_serials(place: Place, make_instance: Any) -> None:
    for number in range(5):
        with place.run().session("apply") as session:
            session.put(make_instance("a", number))
    kept = [name for name in place.store.objects if "generations" in name]
    assert kept == [f"default/generations/{n:012d}" for n in (3, 4)]
    assert place.read().serial == 5


def test_calls_at_once_share_a_write(place: Place, make_intent: Any) -> None:
    with place.run().session("apply") as session:
        session.begin(100)
        first = len(place.store.calls)
        ready = threading.Event()
        place.store.before = lambda operation, name: operation == "put" and ready.wait(10)
        threads = [threading.Thread(target=session.intent, args=[make_intent(str(n), f"i{n}")])
                   for n in range(50)]
        for thread in threads:
            thread.start()
        ready.set()
        for thread in threads:
            thread.join()
        assert len(session.data.intents) == 50
        assert len(place.store.calls) - first < 50
        for n in range(50):
            session.outcome(str(n), "not_done")


@pytest.mark.parametrize("what", ["journal", "state", "lineage", "lock", "generations"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_asked_for(place: Place, make_instance: Any, what: str,
                                    when: str) -> None:
    with place.run().session("apply") as session:
        session.put(make_instance("a"))
    if what == "lineage":
        place.store.objects.clear()
    failed: list[str] = []

    def lose(operation: str, name: str) -> None:
        if operation == "put" and name.split("/")[1] == what and name not in failed:
            failed.append(name)
            raise StoreError("the connection was reset", passing=True)

    setattr(place.store, when, lose)
    with place.run().session("apply") as session:
        session.put(make_instance("a", 1))
        session.put(make_instance("b", 1))
    assert failed
    assert len(place.read().instances) == 2
    assert place.run().lock_holder() is None


def test_a_dead_holder_is_followed(place: Place, make_instance: Any, make_intent: Any,
                                   opened: list[Any]) -> None:
    """The records of the dead are kept, and its intent is open."""
    dead = place.sleeper(opened)
    dead.put(make_instance("a"))
    dead.intent(make_intent("1", "b"))
    with place.run().session("apply") as session:
        assert session.data.intents.keys() == {"1"}
        assert len(session.data.instances) == 1
        session.outcome("1", "ok", put=[make_instance("b")])
    assert len(place.read().instances) == 2
    assert "Waiting to see" in place.told[0]


def test_a_sleeper_that_wakes_starts_nothing_and_writes_nothing(
        place: Place, make_instance: Any, make_intent: Any, opened: list[Any]) -> None:
    sleeper = place.sleeper(opened)
    sleeper.put(make_instance("a"))
    # Several runs come and go: what they wrote is compacted and removed.
    for number in range(4):
        with place.run().session("apply") as session:
            session.put(make_instance("b", number))
    before = dict(place.store.objects)
    with pytest.raises(JournalFailed, match="taken over"):
        sleeper.intent(make_intent("1"))
    with pytest.raises(JournalFailed, match="taken over"):
        sleeper.put(make_instance("c"))
    with pytest.raises(StateError, match="taken over"):
        sleeper.close()
    assert place.store.objects == before


def test_a_sleeper_that_hears_late_of_its_intent_starts_nothing(
        place: Place, make_instance: Any, make_intent: Any, opened: list[Any]) -> None:
    sleeper = place.sleeper(opened)
    sleeper.put(make_instance("a"))
    asleep = place.store.after

    def sleep(operation: str, name: str) -> None:
        # The segment is there, and this process is stopped before it hears so.
        place.store.after = asleep
        with place.run().session("apply") as session:
            assert [intent.op for intent in session.data.intents.values()] == ["1"]
            session.put(make_instance("b"))

    place.store.after = sleep
    with pytest.raises(JournalFailed, match="taken over"):
        sleeper.intent(make_intent("1"))


def test_a_lock_that_was_not_renewed_in_time_is_renewed_before_a_call(
        place: Place, make_intent: Any, opened: list[Any]) -> None:
    sleeper = place.sleeper(opened, lease=0.1)
    time.sleep(0.2)
    before = place.store.calls.count("put default/lock")
    sleeper.intent(make_intent("1"))
    assert place.store.calls.count("put default/lock") == before + 1


def test_no_call_starts_while_nobody_can_tell_who_has_the_lock(
        place: Place, make_intent: Any, opened: list[Any]) -> None:
    sleeper = place.sleeper(opened, lease=0.1)
    time.sleep(0.2)

    def out(operation: str, name: str) -> None:
        if name.endswith("/lock"):
            raise StoreError("out of order", passing=False)

    place.store.before = out
    with pytest.raises(JournalFailed, match=r"still has the lock .*out of order"):
        sleeper.intent(make_intent("1"))


def test_a_sleeper_that_wakes_before_its_snapshot(place: Place, make_instance: Any,
                                                  opened: list[Any]) -> None:
    sleeper = place.sleeper(opened)
    sleeper.put(make_instance("a"))
    asleep = place.store.before
    inside = threading.Event()
    go = threading.Event()

    def pause(operation: str, name: str) -> None:
        asleep(operation, name)
        if (operation, name, threading.current_thread().name) == ("put", "default/state", "old"):
            inside.set()
            go.wait(20)

    place.store.before = pause
    problems: list[str] = []

    def close() -> None:
        try:
            sleeper.close()
        except StateError as error:
            problems.append(error.detail)

    old = threading.Thread(target=close, name="old")
    old.start()
    assert inside.wait(10)
    with place.run().session("apply") as session:
        session.put(make_instance("b"))
    after = {name: stored for name, stored in place.store.objects.items()}
    go.set()
    old.join()
    assert "taken over" in problems[0]
    assert place.store.objects == after
    assert len(place.read().instances) == 2


def test_a_holder_at_work_is_named(place: Place) -> None:
    with place.run(0.6).session("apply"), pytest.raises(StateLockedError) as error, \
            place.run().session("state rm"):
        pass
    assert 'running "apply"' in error.value.detail
    assert error.value.holder is not None


def test_the_lock_timeout_waits_for_one_at_work(place: Place) -> None:
    first = place.run(0.3).session("apply")
    first.__enter__()
    threading.Timer(1.0, lambda: first.__exit__(None, None, None)).start()
    with place.run().session("apply", lock_timeout=60):
        pass


def test_breaking_a_lock_shuts_its_holder_out(place: Place, make_instance: Any,
                                              opened: list[Any], make_intent: Any) -> None:
    holder = place.run()
    opened.append(holder.session("apply"))
    session = opened[0].__enter__()
    session.put(make_instance("a"))
    [held] = place.run().locks()
    assert held.holder is not None
    assert (held.workspace, held.holder.operation, held.lease) == ("default", "apply", 30.0)
    with pytest.raises(StateLockedError, match="another id"):
        place.run().break_lock("wrong")
    broken = place.run().break_lock(held.holder.id)
    assert broken == held.holder
    assert place.run().locks() == []
    assert place.run().break_lock() is None
    with pytest.raises(JournalFailed, match="taken over"):
        session.intent(make_intent("1"))
    assert len(place.read().instances) == 1


def test_without_a_lock_the_first_writer_wins(place: Place, make_instance: Any,
                                              opened: list[Any]) -> None:
    with place.run().session("apply") as session:
        session.put(make_instance("a"))
    opened.append(place.run().session("apply"))
    slow = opened[0].__enter__()
    with place.run().session("apply", lock=False) as quick:
        quick.put(make_instance("b"))
    with pytest.raises(StateError, match="taken over"):
        slow.put(make_instance("c"))
    assert len(place.read().instances) == 2


@pytest.mark.parametrize(("gone", "says"), [
    ("default/state", "There is no state"),
    ("default/lineage", ""),
])
def test_a_missing_object(place: Place, make_instance: Any, gone: str, says: str) -> None:
    with place.run().session("apply") as session:
        session.put(make_instance("a"))
    del place.store.objects[gone]
    data, found = place.run().read()
    if says:
        assert says in place.error()
        with pytest.raises(StateError, match=says), place.run().session("apply"):
            pass
    else:
        assert [d.summary for d in found] == ["State without marker"]
        assert len(data.instances) == 1


def test_every_changed_byte_of_a_state_is_found(place: Place, make_instance: Any) -> None:
    with place.run().session("apply") as session:
        session.put(make_instance("a"))
    good = place.store.objects["default/state"]
    for at in range(len(good.data)):
        data = bytearray(good.data)
        data[at] ^= 1
        place.store.objects["default/state"] = Stored(bytes(data), "x")
        assert place.error(), at


def test_a_missing_segment_is_found(place: Place, make_instance: Any, opened: list[Any]) -> None:
    dead = place.sleeper(opened)
    for number in range(3):
        dead.put(make_instance("a", number))
    place.store.before = lambda operation, name: None
    segments = [name for name in place.store.objects if "/journal/" in name]
    del place.store.objects[segments[1]]
    assert "does not continue" in place.error()


def test_an_older_copy_is_found(place: Place, make_instance: Any) -> None:
    copies = []
    for number in range(4):
        with place.run().session("apply") as session:
            session.put(make_instance("a", number))
        copies.append(place.store.objects["default/state"])
    place.store.objects["default/state"] = copies[0]
    assert "older than the generation" in place.error()


def test_a_crash_before_the_first_snapshot_is_no_new_stack(
        place: Place, make_intent: Any, opened: list[Any]) -> None:
    dead = place.sleeper(opened)
    dead.intent(make_intent("1"))
    lineage = place.read().lineage
    with place.run().session("apply") as session:
        assert session.data.lineage == lineage
        assert session.data.intents.keys() == {"1"}
        session.outcome("1", "not_done")


class Careless(MemoryStore):
    """Takes every write, as stores do that do not know conditional ones."""

    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        found = self.objects.get(name)
        return super().put(name, data, expected=found.version if found else None)


def test_a_careless_store_is_refused(place: Place, make_instance: Any) -> None:
    place.store = Careless()
    with place.run().session("apply") as session, pytest.raises(
            StateError, match="does not keep two writers apart"):
        session.put(make_instance("a"))
    assert [name for name in place.store.objects if "lock" not in name] == []


def test_an_outage_spills_results_and_the_next_run_finds_them(
        place: Place, make_instance: Any, make_intent: Any, opened: list[Any]) -> None:
    cut = place.run().session("apply")
    session = cut.__enter__()
    session.intents([make_intent("1", "a"), make_intent("2", "b")])

    def down(operation: str, name: str) -> None:
        raise StoreError("no route to host")

    place.store.before = down
    session.outcome("1", "ok", put=[make_instance("a")])
    with pytest.raises(JournalFailed, match="no route to host"):
        session.intent(make_intent("3"))
    with pytest.raises(StateError, match="no route to host"):
        cut.__exit__(None, None, None)
    place.store.before = lambda operation, name: None
    place.run().break_lock()
    data = place.read()
    assert [key[0] for key in data.instances] == ["vbrprov_data.a"]
    assert data.intents.keys() == {"2"}
    with place.run().session("apply") as session:
        session.outcome("2", "not_done")
    assert len(place.read().instances) == 1
    assert not list((place.folder / "spills").iterdir())


def test_workspaces_lie_beside_each_other(place: Place, make_instance: Any) -> None:
    with place.run().session("apply") as session:
        session.put(make_instance("a"))
    other = place.run().for_workspace("test")
    assert place.run().workspaces() == ["default"]
    with other.session("apply") as session:
        session.put(make_instance("b"))
        session.put(make_instance("c"))
    assert place.run().workspaces() == ["default", "test"]
    assert len(place.read().instances) == 1
    other.drop()
    assert place.run().workspaces() == ["default"]
    assert len(place.read().instances) == 1


def test_ten_at_once_have_one_writer_at_a_time(place: Place, make_instance: Any) -> None:
    inside: list[int] = []
    most: list[int] = []

    def one(number: int) -> None:
        with place.run(1.0).session("apply", lock_timeout=100) as session:
            inside.append(number)
            most.append(len(inside))
            session.put(make_instance(f"i{number}"))
            inside.remove(number)

    threads = [threading.Thread(target=one, args=[n]) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}
    assert len(place.read().instances) == 10
    assert place.read().serial == 10


def encrypted(place: Place, make_instance: Callable[..., Any], count: int = 2) -> None:
    """A state of two snapshots and an open journal, under one key."""
    place.codec = encrypting()
    for number in range(count):
        with place.run().session("apply") as session:
            session.put(make_instance(f"private-{number}"))
            session.flush()


@pytest.mark.parametrize("place", ["plain"], indirect=True)
def test_a_store_sees_nothing_of_an_encrypted_state(
    place: Place, make_instance: Callable[..., Any],
) -> None:
    kept: list[bytes] = []
    place.store.after = lambda operation, name: kept.append(place.store.objects[name].data)
    encrypted(place, make_instance)
    assert len(place.read().instances) == 2
    assert not [data for data in kept if b"private" in data]
    assert [item.serial for item in place.run().history()] == [2, 1]
    place.codec = PLAIN
    assert place.error().startswith("Data encrypted: ")
    place.codec = encrypting(b"x" * 32)
    assert place.error().startswith("Wrong key: ")


@pytest.mark.parametrize("place", ["plain"], indirect=True)
def test_objects_of_an_encrypted_state_cannot_change_places(
    place: Place, make_instance: Callable[..., Any],
) -> None:
    encrypted(place, make_instance)
    objects = place.store.objects
    [older] = [name for name in objects if "generations" in name]
    newer = objects["default/state"]
    objects["default/state"] = Stored(objects[older].data, newer.version)
    assert place.error().startswith("Encrypted data of something else: ")
    objects["default/state"] = Stored(newer.data[:-9] + newer.data[-8:], newer.version)
    assert place.error().startswith("Encrypted data damaged: ")


@pytest.mark.parametrize("place", ["plain"], indirect=True)
def test_an_older_encrypted_state_is_refused(
    place: Place, make_instance: Callable[..., Any],
) -> None:
    encrypted(place, make_instance, 1)
    older = dict(place.store.objects)
    encrypted(place, make_instance, 2)
    place.store.objects = older
    assert place.error().startswith("Older state put in place: ")


@pytest.mark.parametrize("place", ["plain"], indirect=True)
def test_a_remote_state_is_encrypted_from_now_on(
    place: Place, make_instance: Callable[..., Any],
) -> None:
    with place.run().session("apply") as session:
        session.put(make_instance("private"))
    place.codec = encrypting()
    assert place.error().startswith("Data not encrypted: ")
    place.codec = encrypting(b"k" * 32, None)
    with place.run().session("apply"):
        pass
    place.codec = encrypting()
    # The generation before is still what it was.
    assert b"private" not in place.store.objects["default/state"].data
    assert len(place.read().instances) == 1


def _lose(place: Place, *kept: str) -> None:
    for name in place.store.names(""):
        if not name.endswith(kept):
            place.store.delete([name])


def _rebuild(place: Place, instance: Any, lineage: str) -> StateData:
    with place.run().rebuild("state recover") as lost:
        data = StateData(lost.lineage or lineage)
        data.instances[instance.key] = instance
        lost.write(data)
    return place.read()


@pytest.mark.parametrize("kept", [(), ("/lineage",)], ids=["nothing", "marker"])
def test_a_lost_state_is_written_anew(
    place: Place, make_instance: Any, kept: tuple[str, ...],
) -> None:
    with place.run().session("apply") as session:
        session.put(make_instance("a"))
    before = place.read()
    with pytest.raises(StateExistsError), place.run().rebuild("state recover"):
        pass
    _lose(place, *kept)
    found = _rebuild(place, make_instance("b"), "01234567-x")
    assert found.lineage == (before.lineage if kept else "01234567-x")
    assert [key[0] for key in found.instances] == ["vbrprov_data.b"]
    with place.run().session("apply") as session:
        session.put(make_instance("c"))
    assert len(place.read().instances) == 2


def test_a_state_that_is_lost_again_does_not_read_as_what_came_after(
    place: Place, make_instance: Any, make_intent: Any, opened: list[Any],
) -> None:
    """Its first segment is not the beginning of the story, and never taken for it."""
    _rebuild(place, make_instance("b"), "01234567-x")
    opened.append(place.run().session("apply"))
    opened[0].__enter__().intent(make_intent("1"))
    place.store.delete(["default/state"])
    assert "State missing" in place.error()


def test_what_is_left_beside_a_lost_state_stops_the_rebuilding(
    place: Place, make_instance: Any,
) -> None:
    for number in range(2):
        with place.run().session("apply") as session:
            session.put(make_instance("a", number))
    place.store.delete(["default/state"])
    with pytest.raises(StateError, match="older generation"), \
            place.run().rebuild("state recover"):
        pass


def test_of_two_who_write_a_lost_state_one_is_refused(place: Place, make_instance: Any) -> None:
    with place.run().rebuild("state recover", lock=False) as lost:
        first = _rebuild(place, make_instance("a"), "01234567-x")
        with pytest.raises(StateLockedError, match="meanwhile"):
            lost.write(StateData("89abcdef-x"))
    assert place.read().instances == first.instances
