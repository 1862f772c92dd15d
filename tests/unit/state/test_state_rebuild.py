"""A lost local state written anew: where that may be done, and what becomes of the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vbrprov.platform_ import dirs
from vbrprov.state.errors import StateExistsError
from vbrprov.state.model import Instance, StateData

MakeInstance = Callable[..., Instance]
Stack = Any


@pytest.fixture
def made(stack: Stack, make_instance: MakeInstance) -> Stack:
    """A state after three runs, and so with two generations."""
    for version in range(3):
        with stack.backend.session("apply") as session:
            session.put(make_instance("a", version))
    return stack


def rebuild(stack: Stack, instance: Instance, lineage: str = "") -> StateData:
    with stack.backend.rebuild("state recover") as place:
        data = StateData(place.lineage or lineage)
        data.instances[instance.key] = instance
        place.write(data)
    found: StateData = stack.read()
    assert found.instances == {instance.key: instance}
    with stack.backend.session("apply") as session:
        session.remove(instance.key)
    assert stack.read().serial == found.serial + 1
    return found


def lose(stack: Stack, *suffixes: str) -> None:
    for suffix in suffixes:
        stack.path.with_name(f"{stack.path.name}{suffix}").unlink()


ALL = ("", ".journal", ".journal.1", ".1", ".2")


@pytest.mark.parametrize("lost", [(), ("",), ("", ".journal"), (".journal",),
                                  ("", ".journal", ".lineage")], ids=",".join)
def test_a_state_that_can_be_restored_is_not_made_anew(
    made: Stack, lost: tuple[str, ...],
) -> None:
    lose(made, *lost)
    before = made.files()
    with pytest.raises(StateExistsError, match="restored" if lost else "with 1 instances"), \
            made.backend.rebuild("state recover"):
        pass
    assert made.files().keys() - {made.lock.name, f"{made.lock.name}.info"} == (
        before.keys() - {made.lock.name, f"{made.lock.name}.info"})


def test_the_marker_tells_the_lineage(made: Stack, make_instance: MakeInstance) -> None:
    lineage = made.read().lineage
    lose(made, *ALL)
    assert rebuild(made, make_instance("b")).lineage == lineage


def test_without_marker_the_caller_tells_it(made: Stack, make_instance: MakeInstance) -> None:
    lose(made, *ALL, ".lineage")
    assert rebuild(made, make_instance("b"), "01234567-x").lineage == "01234567-x"
    assert "01234567-x" in made.marker.read_text(encoding="utf-8")


def test_damaged_files_are_kept_beside(made: Stack, make_instance: MakeInstance) -> None:
    lose(made, ".journal.1", ".1", ".2")
    made.path.write_bytes(b"{}")
    made.journal.write_bytes(b"nothing that anybody wrote")
    rebuild(made, make_instance("b"))
    kept = sorted(name.partition(".damaged-")[0] for name in made.files() if ".damaged-" in name)
    assert kept == [made.path.name, made.journal.name]


def test_an_empty_state_gives_way_with_its_serial(
    made: Stack, make_instance: MakeInstance,
) -> None:
    with made.backend.session("destroy") as session:
        session.remove(make_instance("a").key)
    before = made.read()
    found = rebuild(made, make_instance("b"))
    assert (found.lineage, found.serial > before.serial) == (before.lineage, True)


def test_the_serial_is_above_what_this_machine_has_seen(
    made: Stack, make_instance: MakeInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    from vbrprov.state.seen import remember

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert str(dirs.user_state_dir()).startswith(str(tmp_path))
    remember(StateData(made.read().lineage, 41))
    lose(made, *ALL)
    assert rebuild(made, make_instance("b")).serial == 42


def test_the_lock_is_held(made: Stack) -> None:
    from vbrprov.state.errors import StateLockedError

    lose(made, *ALL)
    with made.backend.rebuild("state recover"), pytest.raises(StateLockedError), \
            made.backend.rebuild("state recover"):
        pass
