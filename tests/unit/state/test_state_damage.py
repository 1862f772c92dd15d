"""Damage on disk: each single changed byte is found, or changes nothing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tally import Tally

from vbrprov.diag import Severity
from vbrprov.state.errors import StateDamagedError, StateError
from vbrprov.state.load import LoadedState, RawFiles, load_state, read_files
from vbrprov.state.marker import read_marker
from vbrprov.state.model import Instance, Intent, Output, StateData
from vbrprov.state.paths import StatePaths

MakeInstance = Callable[..., Instance]
MakeIntent = Callable[..., Intent]
Stack = Any
Content = Callable[[StateData], tuple[object, ...]]


@pytest.fixture
def build(
    stack: Stack, tmp_path: Path, make_instance: MakeInstance, make_intent: MakeIntent
) -> Callable[[int], tuple[StatePaths, RawFiles]]:
    """A snapshot of n instances and the journal of a run that was cut off after n more records."""

    def make(count: int) -> tuple[StatePaths, RawFiles]:
        with stack.backend.session("apply") as session:
            for number in range(count):
                session.put(make_instance(f"i{number}"), sync=False)
        crashed = tmp_path / "crashed"
        with stack.backend.session("apply") as session:
            session.set_outputs({"o": Output(msgspec.Raw(b"1"), msgspec.Raw(b'"number"'))})
            for number in range(count):
                session.intent(make_intent(f"op{number}", f"n{number}"))
                if number % 2 == 0:
                    session.outcome(f"op{number}", "ok", put=[make_instance(f"n{number}")])
            session.flush()
            shutil.copytree(stack.folder, crashed)
        paths = StatePaths(crashed / stack.path.name)
        raw = read_files(paths)
        assert raw.journal is not None
        return paths, RawFiles(raw.snapshot, raw.journal.rstrip(b"\0"), raw.marker)

    return make


def load(paths: StatePaths, raw: RawFiles) -> LoadedState | None:
    """The state, or None where damage was found. A warning counts as found."""
    try:
        loaded = load_state(paths, raw, [])
    except StateError:
        return None
    if loaded.diagnostics:
        assert all(d.severity is Severity.WARNING for d in loaded.diagnostics)
        return None
    return loaded


def flipped(raw: bytes, position: int, mask: int) -> bytes:
    changed = bytearray(raw)
    changed[position] ^= mask
    return bytes(changed)


@pytest.mark.fault("F8")
def test_every_byte_of_a_small_state(
    build: Callable[[int], tuple[StatePaths, RawFiles]], content_of: Content, tally: Tally,
) -> None:
    tally.subject = "local, a byte flipped"
    paths, raw = build(2)
    assert raw.snapshot is not None
    assert raw.journal is not None
    good = load(paths, raw)
    assert good is not None
    harmless = 0
    for name in ("snapshot", "journal"):
        content: bytes = getattr(raw, name)
        for position in range(len(content)):
            for mask in (0x01, 0x10, 0x80, content[position], content[position] ^ 0x0A):
                if not mask:
                    continue
                pieces = {"snapshot": raw.snapshot, "journal": raw.journal}
                pieces[name] = flipped(content, position, mask)
                found = load(paths, RawFiles(pieces["snapshot"], pieces["journal"], raw.marker))
                tally.add("trials")
                if found is not None:
                    harmless += 1
                    tally.must(content_of(found.data) == content_of(good.data),
                               f"{name} at {position}, {mask}")
    assert harmless < 5


@pytest.mark.fault("F8")
def test_a_thousand_random_flips_in_a_larger_state(
    build: Callable[[int], tuple[StatePaths, RawFiles]], content_of: Content, tally: Tally,
) -> None:
    tally.subject = "local, a byte flipped at random"
    paths, raw = build(60)
    assert raw.snapshot is not None
    assert raw.journal is not None
    good = load(paths, raw)
    assert good is not None
    source = random.Random(20260101)
    for _ in range(1000):
        pieces = {"snapshot": raw.snapshot, "journal": raw.journal}
        name = source.choice(sorted(pieces))
        position, mask = source.randrange(len(pieces[name])), source.randrange(1, 256)
        pieces[name] = flipped(pieces[name], position, mask)
        found = load(paths, RawFiles(pieces["snapshot"], pieces["journal"], raw.marker))
        tally.add("trials")
        if found is not None:
            tally.must(content_of(found.data) == content_of(good.data), f"{name} at {position}")


@pytest.mark.fault("F8")
def test_every_byte_of_the_marker(
    build: Callable[[int], tuple[StatePaths, RawFiles]], content_of: Content, tally: Tally,
) -> None:
    tally.subject = "local, a byte flipped"
    paths, raw = build(1)
    content = paths.marker.read_bytes()
    good = load(paths, raw)
    assert good is not None
    for position in range(len(content)):
        paths.marker.write_bytes(flipped(content, position, 0x01))
        tally.add("trials")
        try:
            marker = read_marker(paths.marker)
        except StateError:
            continue
        found = load(paths, RawFiles(raw.snapshot, raw.journal, marker))
        if found is not None:
            tally.must(content_of(found.data) == content_of(good.data), f"marker at {position}")


@pytest.mark.fault("F8")
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("reserved", [0, 3000])
def test_the_journal_cut_at_every_byte_of_its_last_record(
    build: Callable[[int], tuple[StatePaths, RawFiles]], content_of: Content, count: int,
    reserved: int, tally: Tally,
) -> None:
    tally.subject = "local, the journal cut"
    paths, raw = build(count)
    assert raw.journal is not None
    start = raw.journal.rindex(b"\n", 0, -1) + 1
    full = load(paths, raw)
    without = load(paths, RawFiles(raw.snapshot, raw.journal[:start], raw.marker))
    assert full is not None
    assert without is not None
    assert content_of(full.data) != content_of(without.data)
    for kept in range(start + 1, len(raw.journal)):
        cut = RawFiles(raw.snapshot, raw.journal[:kept] + bytes(reserved), raw.marker)
        loaded = load_state(paths, cut, [])
        tally.add("trials")
        if kept == len(raw.journal) - 1:
            # Only the line end is missing: the record itself is whole and checked.
            tally.must(content_of(loaded.data) == content_of(full.data), f"cut at {kept}")
            continue
        tally.must(content_of(loaded.data) == content_of(without.data), f"cut at {kept}")
        assert [d.summary for d in loaded.diagnostics] == ["Journal cut off at its end"]
        assert loaded.lost_bytes == kept - start


def test_a_cut_off_journal_is_put_in_order_by_the_next_session(
    build: Callable[[int], tuple[StatePaths, RawFiles]], stack_in: Callable[[Path], Stack],
    content_of: Content, make_instance: MakeInstance,
) -> None:
    paths, raw = build(2)
    assert raw.journal is not None
    home = paths.folder.with_name("next")
    home.mkdir()
    start = raw.journal.rindex(b"\n", 0, -1) + 1
    for kept in (start + 1, start + 100, len(raw.journal) - 1):
        stack = stack_in(home)
        for path in paths.folder.iterdir():
            shutil.copy2(path, stack.folder / path.name)
        stack.journal.write_bytes(raw.journal[:kept])
        expected, _ = stack.backend.read()
        with stack.backend.session("apply") as session:
            assert content_of(session.data) == content_of(expected)
            session.put(make_instance("new"))
        data = stack.read()
        assert set(data.instances) == {*expected.instances, ("vbrprov_data.new", "")}
        assert data.intents == expected.intents


def test_a_broken_middle_names_the_repair_command(
    build: Callable[[int], tuple[StatePaths, RawFiles]]
) -> None:
    paths, raw = build(3)
    assert raw.journal is not None
    for position in range(0, raw.journal.rindex(b"\n", 0, -1), 97):
        broken = RawFiles(raw.snapshot, flipped(raw.journal, position, 0x02), raw.marker)
        with pytest.raises(StateDamagedError) as caught:
            load_state(paths, broken, [])
        assert "vbrprov state repair" in caught.value.diagnostic.hint
        assert str(paths.journal) in caught.value.diagnostic.detail


def test_a_whole_line_removed_from_the_middle(
    build: Callable[[int], tuple[StatePaths, RawFiles]]
) -> None:
    paths, raw = build(3)
    assert raw.journal is not None
    lines = raw.journal.splitlines(keepends=True)
    for gone in range(len(lines) - 1):
        broken = b"".join(lines[:gone] + lines[gone + 1 :])
        with pytest.raises(StateDamagedError):
            load_state(paths, RawFiles(raw.snapshot, broken, raw.marker), [])


def test_damage_below_what_the_snapshot_covers_does_no_harm(
    stack: Stack, make_instance: MakeInstance, content_of: Content
) -> None:
    with stack.backend.session("apply") as session:
        session.put(make_instance("a"))
        session.put(make_instance("b"))
    # As after a crash between the snapshot and the emptying of the journal, with its end torn.
    expected = stack.read()
    whole = (stack.folder / "vbrprov.vbrstate.journal.1").read_bytes()
    stack.journal.write_bytes(whole)
    assert content_of(stack.read()) == content_of(expected)
    stack.journal.write_bytes(whole[:-20])
    data, diagnostics = stack.backend.read()
    assert content_of(data) == content_of(expected)
    assert [d.summary for d in diagnostics] == ["Journal cut off at its end"]
    with stack.backend.session("apply") as session:
        session.put(make_instance("c"))
    assert len(stack.read().instances) == 3
