"""Restoring a damaged state from what is still good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vbrprov.state.errors import StateError, StateLockedError
from vbrprov.state.model import Instance, Intent

MakeInstance = Callable[..., Instance]
MakeIntent = Callable[..., Intent]
Stack = Any


@pytest.fixture
def runs(stack: Stack, make_instance: MakeInstance) -> Stack:
    """A state after four runs; the n-th put instance a as version n."""
    for version in range(1, 5):
        with stack.backend.session("apply") as session:
            session.put(make_instance("a", version))
            session.put(make_instance(f"b{version}"))
    return stack


def damage(path: Any) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def repair_with_best(stack: Stack) -> None:
    """Take the first offer; afterwards the state is whole and can be used."""
    best = stack.backend.repairs()[0]
    restored = stack.backend.repair(best)
    data = stack.read()
    assert data.instances == restored.instances == best.data.instances
    assert data.serial == restored.serial
    with stack.backend.session("apply") as session:
        session.remove(("vbrprov_data.a", ""))
    assert stack.read().serial == data.serial + 1


def damaged_files(stack: Stack) -> list[str]:
    return sorted(n.partition(".damaged-")[0] for n in stack.files() if ".damaged-" in n)


@pytest.mark.parametrize("how", ["damaged", "cut", "empty", "missing"])
def test_the_last_journal_makes_up_for_the_state_file(
    runs: Stack, make_instance: MakeInstance, how: str
) -> None:
    expected = runs.read()
    if how == "damaged":
        damage(runs.path)
    elif how == "missing":
        runs.path.unlink()
    else:
        runs.path.write_bytes(runs.path.read_bytes()[:100] if how == "cut" else b"")
    assert "vbrprov state repair" in runs.error()
    before = runs.files()
    best, *others = runs.backend.repairs()
    assert runs.files() == before
    assert best.data.instances == expected.instances
    assert best.complete
    assert [path.name for path in best.sources] == [
        "vbrprov.vbrstate.1", "vbrprov.vbrstate.journal.1"
    ]
    assert "serial 3, record 12, 5 instances, 0 open intents" in best.description
    assert [other.data.serial for other in others] == [2]
    repair_with_best(runs)
    assert ("vbrprov.vbrstate" in damaged_files(runs)) == (how != "missing")


def test_a_missing_journal(runs: Stack) -> None:
    expected = runs.read()
    runs.journal.unlink()
    best = runs.backend.repairs()[0]
    assert best.data.instances == expected.instances
    repair_with_best(runs)


def test_a_marker_is_made_again(runs: Stack) -> None:
    expected = runs.read()
    for content in (b"", b"{}", runs.marker.read_bytes().replace(b"-", b"0")):
        runs.marker.write_bytes(content)
        assert runs.error()
        runs.backend.repair(runs.backend.repairs()[0])
        assert runs.read().instances == expected.instances


def test_a_damaged_journal_is_cut_where_the_damage_begins(
    runs: Stack, make_instance: MakeInstance, make_intent: MakeIntent
) -> None:
    with runs.backend.session("apply") as session:
        session.intent(make_intent("op1"))
        session.outcome("op1", "ok", put=[make_instance("c")])
        session.intent(make_intent("op2"))
        session.put(make_instance("d"))
        raw = runs.journal.read_bytes().rstrip(b"\0")
        snapshot = runs.path.read_bytes()
    lines = raw.splitlines(keepends=True)
    assert len(lines) == 6
    # As the files are when the run is cut off.
    runs.path.write_bytes(snapshot)
    (runs.folder / "vbrprov.vbrstate.journal.1").unlink()
    runs.journal.write_bytes(b"".join(lines[:4]) + b"?" + b"".join(lines[4:])[1:])
    assert "is damaged" in runs.error()
    best = runs.backend.repairs()[0]
    assert ("vbrprov_data.c", "") in best.data.instances
    assert ("vbrprov_data.d", "") not in best.data.instances
    assert best.data.intents == {}
    repair_with_best(runs)
    assert "vbrprov.vbrstate.journal" in damaged_files(runs)


def test_the_first_run_has_only_its_journal(
    stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent
) -> None:
    with stack.backend.session("apply") as session:
        session.intent(make_intent("op1"))
        session.put(make_instance())
        session.flush()
        raw = stack.journal.read_bytes()
    for path in stack.folder.glob("vbrprov.vbrstate*"):
        if path != stack.marker:
            path.unlink()
    stack.journal.write_bytes(raw[:-4000].rstrip(b"\0")[:-5] + b"#####\n" if raw[-1] == 0 else
                              raw[:-6] + b"#####\n")
    stack.journal.chmod(0o600)
    assert stack.error()
    best = stack.backend.repairs()[0]
    assert set(best.data.intents) == {"op1"}
    stack.backend.repair(best)
    assert set(stack.read().intents) == {"op1"}


def test_a_state_in_order_offers_itself(runs: Stack) -> None:
    expected = runs.read()
    best = runs.backend.repairs()[0]
    assert best.data.instances == expected.instances
    assert best.data.serial == expected.serial


def test_nothing_to_repair(stack: Stack) -> None:
    assert stack.backend.repairs() == []


def test_refuses_while_locked_or_after_a_change(runs: Stack, make_instance: MakeInstance) -> None:
    offers = runs.backend.repairs()
    with runs.backend.session("apply") as session:
        with pytest.raises(StateLockedError):
            runs.backend.repair(offers[0])
        session.put(make_instance("z"))
    for _ in range(3):
        with runs.backend.session("apply") as session:
            session.put(make_instance("z", session.data.serial + 1))
    with pytest.raises(StateError, match="have changed since"):
        runs.backend.repair(offers[-1])
