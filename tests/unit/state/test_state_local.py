"""The local backend: sessions, files, locks, and what is never taken for a new stack."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from vbrprov.platform_ import files
from vbrprov.state.backends import local_storage
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.errors import (
    StaleStateError,
    StateAccessError,
    StateDamagedError,
    StateError,
    StateLockedError,
    StateMissingError,
    StateSpaceError,
)
from vbrprov.state.model import CheckResult, Instance, Intent, Output, StateData
from vbrprov.state.session import require_unchanged

MakeInstance = Callable[..., Instance]
MakeIntent = Callable[..., Intent]
Stack = Any


def apply_some(stack: Stack, *instances: Instance) -> None:
    """One finished run that puts *instances*."""
    with stack.backend.session("apply") as session:
        session.begin(len(instances))
        for instance in instances:
            session.put(instance)


def test_reading_nothing_makes_nothing(stack: Stack) -> None:
    assert stack.read().is_empty
    assert stack.files() == {}


def test_a_session_without_changes_makes_no_state(stack: Stack) -> None:
    with stack.backend.session("apply") as session:
        assert session.data.is_empty
    assert list(stack.files()) == ["vbrprov.vbrstate.lock"]
    assert stack.read().is_empty


def test_first_apply(stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent) -> None:
    with stack.backend.session("apply") as session:
        session.begin(1)
        assert stack.marker.exists()
        session.intent(make_intent("op1"))
        assert set(stack.backend.read()[0].intents) == {"op1"}
        session.outcome("op1", "ok", put=[make_instance()])
        assert set(stack.read().instances) == {("vbrprov_data.a", "")}
    data = stack.read()
    assert data.serial == 1
    assert data.lineage == session.data.lineage != ""
    assert data.position == session.data.position
    assert data.instances == {("vbrprov_data.a", ""): make_instance()}
    assert data.intents == {}
    suffixes = ("", ".journal", ".journal.1", ".lineage", ".lock")
    assert sorted(stack.files()) == [f"vbrprov.vbrstate{suffix}" for suffix in suffixes]
    for path in stack.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name == "nt"


def test_an_unchanged_run_touches_nothing(
    stack: Stack, make_instance: MakeInstance
) -> None:
    output = Output(msgspec.Raw(b"1"), msgspec.Raw(b'"number"'))
    check = CheckResult("check", "check.c", "pass")
    with stack.backend.session("apply") as session:
        session.put(make_instance())
        session.set_outputs({"o": output})
        session.set_checks([check])
    before = stack.files()
    stack.read()
    with stack.backend.session("apply") as session:
        session.put(make_instance())
        session.remove(("vbrprov_data.none", ""))
        session.set_outputs({"o": output})
        session.set_checks([check])
        session.flush()
    assert stack.files() == before
    assert session.data.serial == 1


def test_begin_without_changes_leaves_the_state_alone(
    stack: Stack, make_instance: MakeInstance
) -> None:
    apply_some(stack, make_instance())
    before = {name: content for name, (content, _) in stack.files().items()}
    with stack.backend.session("apply") as session:
        session.begin(5)
    assert {name: content for name, (content, _) in stack.files().items()} == before
    assert stack.read().serial == 1


def test_every_kind_of_change(
    stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent,
    content_of: Callable[[StateData], tuple[object, ...]],
) -> None:
    with stack.backend.session("apply") as session:
        session.begin(4)
        session.intents([make_intent("a"), make_intent("b"), make_intent("c"), make_intent("d")])
        session.outcome("a", "ok", put=[make_instance("a"), make_instance("old", deposed="x1")])
        session.outcome("b", "failed", detail="refused")
        session.outcome("c", "unknown", put=[make_instance("half")])
        session.outcome("d", "not_done")
        session.put(make_instance("local"), sync=False)
        session.set_outputs({"o": Output(msgspec.Raw(b"1"), msgspec.Raw(b'"number"'))})
        session.set_checks([CheckResult("check", "check.c", "pass")])
        session.flush()
        assert content_of(stack.backend.read()[0]) == content_of(session.data)
    data = stack.read()
    assert content_of(data) == content_of(session.data)
    assert set(data.intents) == {"c"}
    assert set(data.instances) == {
        ("vbrprov_data.a", ""), ("vbrprov_data.old", "x1"), ("vbrprov_data.half", ""),
        ("vbrprov_data.local", ""),
    }
    with stack.backend.session("apply") as session:
        session.outcome("c", "ok", remove=[("vbrprov_data.old", "x1"), ("vbrprov_data.half", "")],
                        put=[make_instance("half", 2)])
        session.remove(("vbrprov_data.local", ""))
    data = stack.read()
    assert data.intents == {}
    assert set(data.instances) == {("vbrprov_data.a", ""), ("vbrprov_data.half", "")}
    assert data.serial == 2


def test_misuse_is_an_error(stack: Stack, make_intent: MakeIntent) -> None:
    with stack.backend.session("apply") as session:
        with pytest.raises(ValueError, match="no open intent"):
            session.outcome("never", "ok")
        session.intent(make_intent("a"))
        with pytest.raises(ValueError, match="is in use"):
            session.intent(make_intent("a"))
        session.outcome("a", "not_done")
    with pytest.raises(ValueError, match="closed"):
        session.intent(make_intent("b"))
    session.close()


def test_an_exception_in_the_session_still_saves_and_unlocks(
    stack: Stack, make_instance: MakeInstance
) -> None:
    interrupted = pytest.raises(KeyboardInterrupt)
    with interrupted, stack.backend.session("apply") as session:
        session.put(make_instance())
        raise KeyboardInterrupt
    assert stack.read().serial == 1
    with stack.backend.session("apply"):
        pass


def test_a_second_session_is_refused_by_name(stack: Stack) -> None:
    assert stack.backend.lock_holder() is None
    with stack.backend.session("apply"):
        holder = stack.backend.lock_holder()
        assert holder is not None
        with pytest.raises(StateLockedError) as caught, stack.backend.session("destroy"):
            pass
        assert stack.read().is_empty
    diagnostic = caught.value.diagnostic
    assert caught.value.holder == holder
    assert f"process {os.getpid()}" in diagnostic.detail
    assert holder.host in diagnostic.detail
    assert holder.who in diagnostic.detail
    assert holder.since in diagnostic.detail
    assert '"apply"' in diagnostic.detail
    assert stack.backend.lock_holder() is None


def test_lost_files_are_never_a_new_stack(stack: Stack, make_instance: MakeInstance) -> None:
    for version in range(3):
        apply_some(stack, make_instance("a", version))
    kept = stack.folder.with_name("kept")
    shutil.copytree(stack.folder, kept)
    x = "vbrprov.vbrstate"
    cases = {
        (x,): "is missing: its journal",
        (f"{x}.journal",): "journal .* is missing",
        (x, f"{x}.journal"): "says that a stack exists here",
        (x, f"{x}.journal", f"{x}.1", f"{x}.2", f"{x}.journal.1"): "says that a stack exists here",
        (x, f"{x}.journal", f"{x}.lineage"): "the older state",
        (x, f"{x}.lineage"): "is missing: its journal",
    }
    for names, message in cases.items():
        shutil.rmtree(stack.folder)
        shutil.copytree(kept, stack.folder)
        for name in names:
            (stack.folder / name).unlink()
        before = stack.files()
        with pytest.raises(StateMissingError, match=message), stack.backend.session("apply"):
            pass
        # Where nothing is left to restore, only the objects themselves can tell.
        word = "repair" if f"{x}.1" not in names else "recover"
        assert f"vbrprov state {word}" in stack.error()
        assert stack.files() == before


@pytest.mark.parametrize("name", ["", ".journal", ".lineage"])
def test_an_emptied_file_is_an_error(
    stack: Stack, make_instance: MakeInstance, name: str
) -> None:
    apply_some(stack, make_instance())
    path = stack.folder / f"vbrprov.vbrstate{name}"
    path.write_bytes(b"")
    assert "State damaged" in stack.error()
    assert "vbrprov state repair" in stack.error()


def test_a_missing_marker_comes_back(stack: Stack, make_instance: MakeInstance) -> None:
    apply_some(stack, make_instance())
    stack.marker.unlink()
    assert stack.read().serial == 1
    apply_some(stack, make_instance("b"))
    assert stack.marker.exists()
    assert stack.read().serial == 2


def test_a_lone_copy_can_be_used_and_says_what_it_is(
    stack: Stack, make_instance: MakeInstance, stack_in: Callable[[Path], Stack], tmp_path: Path
) -> None:
    apply_some(stack, make_instance())
    (tmp_path / "other").mkdir()
    copy = stack_in(tmp_path / "other")
    shutil.copy(stack.path, copy.path)
    copy.path.chmod(0o600)
    data, diagnostics = copy.backend.read()
    assert data.serial == 1
    assert [d.summary for d in diagnostics] == ["State without journal and marker"]
    apply_some(copy, make_instance("b"))
    assert copy.read().serial == 2
    assert copy.read().lineage == stack.read().lineage


def test_files_of_another_stack_are_refused(
    stack: Stack, make_instance: MakeInstance, stack_in: Callable[[Path], Stack], tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = stack_in(tmp_path / "other")
    apply_some(stack, make_instance())
    apply_some(other, make_instance())
    for mine, theirs in ((stack.path, other.path), (stack.journal, other.journal),
                         (stack.marker, other.marker)):
        kept = mine.read_bytes()
        mine.write_bytes(theirs.read_bytes())
        assert "another stack" in stack.error()
        mine.write_bytes(kept)
    assert stack.read().serial == 1


def test_an_older_state_or_journal_in_place_of_the_newer_is_refused(
    stack: Stack, make_instance: MakeInstance
) -> None:
    for version in range(3):
        apply_some(stack, make_instance("a", version))
    current, current_journal = stack.path.read_bytes(), stack.journal.read_bytes()
    stack.path.write_bytes((stack.folder / "vbrprov.vbrstate.1").read_bytes())
    assert "is older than its journal" in stack.error()
    # Together, the last generation and the journal that followed it are the current state.
    stack.journal.write_bytes((stack.folder / "vbrprov.vbrstate.journal.1").read_bytes())
    assert stack.read().instances == {("vbrprov_data.a", ""): make_instance("a", 2)}
    apply_some(stack, make_instance("b"))
    newer = stack.path.read_bytes()
    stack.path.write_bytes(current)
    stack.journal.write_bytes(current_journal)
    assert stack.read().serial == 3
    stack.path.write_bytes(newer)
    assert "different histories" in stack.error() or "is older than the state" in stack.error()


@pytest.mark.skipif(os.name == "nt", reason="file modes of POSIX")
@pytest.mark.parametrize("name", ["", ".journal", ".lineage", ".lock"])
def test_exposed_files_are_refused_with_the_way_out(
    stack: Stack, make_instance: MakeInstance, name: str
) -> None:
    apply_some(stack, make_instance())
    path = stack.folder / f"vbrprov.vbrstate{name}"
    path.chmod(0o644)
    with pytest.raises(StateAccessError) as caught, stack.backend.session("apply"):
        pass
    assert f"chmod 600 {path}" in caught.value.diagnostic.hint
    assert "mode 0644" in caught.value.diagnostic.detail


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_links_are_refused(stack: Stack, make_instance: MakeInstance) -> None:
    apply_some(stack, make_instance())
    moved = stack.folder / "elsewhere"
    stack.path.rename(moved)
    stack.path.symlink_to(moved)
    assert "a symbolic link" in stack.error()


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path / "none" / "s", spill_directories=[])
    assert backend.read()[0].is_empty
    refused = pytest.raises(StateAccessError, match="cannot be locked: No such file")
    with refused, backend.session("apply"):
        pass


def test_too_little_space_is_found_before_the_first_call(
    stack: Stack, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_some(stack, make_instance())
    before = stack.files()
    monkeypatch.setattr(local_storage, "free_space", lambda path: 1_500_000)
    with stack.backend.session("apply") as session:
        session.begin(10)
    refused = pytest.raises(StateSpaceError, match="Nothing was started")
    with refused, stack.backend.session("apply") as session:
        session.begin(10_000)
    assert {n: c for n, (c, _) in stack.files().items()} == {n: c for n, (c, _) in before.items()}


def test_more_room_is_reserved_when_more_is_planned(
    stack: Stack, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stack.backend.session("apply") as session:
        # As recovery does, before the plan is carried out.
        session.put(make_instance())
        session.begin(100)
        if os.name == "posix":
            assert stack.journal.stat().st_size > 100 * 2048
        session.put(make_instance("b"))
        monkeypatch.setattr(local_storage, "free_space", lambda path: 1000)
        with pytest.raises(StateSpaceError):
            session.begin(100)
    assert len(stack.read().instances) == 2


def test_an_instance_changed_in_place_is_recorded(
    stack: Stack, make_instance: MakeInstance
) -> None:
    with stack.backend.session("apply") as session:
        session.put(make_instance())
        instance = session.data.instances[("vbrprov_data.a", "")]
        instance.token = "changed"
        session.put(instance)
    assert stack.read().instances[("vbrprov_data.a", "")].token == "changed"


def test_a_folder_that_takes_no_new_files_is_found_before_the_first_call(
    stack: Stack, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_some(stack, make_instance())

    def refuse(path: Path, data: bytes, **more: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    refused = pytest.raises(StateAccessError, match="Permission denied")
    with refused, stack.backend.session("apply") as session:
        monkeypatch.setattr(local_storage, "atomic_write", refuse)
        session.begin(10)
    assert files.read_private(stack.path) is not None


def test_stale_plans_are_refused(stack: Stack, make_instance: MakeInstance) -> None:
    fresh = stack.read()
    require_unchanged(stack.read(), lineage="", serial=0)
    apply_some(stack, make_instance())
    planned = stack.read()
    require_unchanged(stack.read(), lineage=planned.lineage, serial=1, position=planned.position)
    with pytest.raises(StaleStateError, match="there is a state by now"):
        require_unchanged(planned, lineage=fresh.lineage, serial=fresh.serial)
    with pytest.raises(StaleStateError, match="there is no state"):
        require_unchanged(fresh, lineage=planned.lineage, serial=1)
    with pytest.raises(StaleStateError, match="another stack"):
        require_unchanged(planned, lineage="other", serial=1)
    apply_some(stack, make_instance("b"))
    with pytest.raises(StaleStateError, match="its serial was 1 and is 2 now"):
        require_unchanged(stack.read(), lineage=planned.lineage, serial=1)


def test_a_plan_made_beside_a_running_apply_is_stale(
    stack: Stack, make_instance: MakeInstance
) -> None:
    apply_some(stack, make_instance())
    with stack.backend.session("apply") as session:
        session.put(make_instance("b"))
        planned = stack.read()
        session.put(make_instance("c"))
        later = stack.read()
    assert planned.serial == later.serial == 1
    with pytest.raises(StaleStateError, match="cut off"):
        require_unchanged(
            later, lineage=planned.lineage, serial=planned.serial, position=planned.position
        )


def test_a_damaged_state_stops_a_session_and_frees_the_lock(
    stack: Stack, make_instance: MakeInstance
) -> None:
    apply_some(stack, make_instance())
    stack.path.write_bytes(stack.path.read_bytes()[:-10])
    for _ in range(2):
        with pytest.raises(StateDamagedError, match="cut off"), stack.backend.session("apply"):
            pass
    assert issubclass(StateDamagedError, StateError)
