"""Encrypted states in stores: nothing that is kept there can be read, damaged or put back."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import store_servers
from encrypted import (
    FIRST,
    FROM_PLAIN,
    ROTATED,
    SECOND,
    SECRET,
    STATE,
    TO_PLAIN,
    Folder,
    encryption,
)
from launcher import Launcher

from vbrprov.sdk import ObjectStore
from vbrprov.workflow.stores import backend_type

KILLED = -signal.SIGKILL
_count = count()


class Kept:
    """A folder whose state is in a fresh place of a server, and what is there."""

    def __init__(self, folder: Folder, server: store_servers.Server) -> None:
        self.folder = folder
        settings = server.place(f"e{os.getpid()}_{next(_count)}")
        lines = "\n".join(f"    {name} = {json.dumps(text)}"
                          for name, text in {**settings, "lock_lease": "1s"}.items())
        self.block = f'terraform {{\n  backend "{server.kind}" {{\n{lines}\n  }}\n}}\n'
        type_ = backend_type(server.kind)
        assert type_ is not None
        self.store: ObjectStore = type_.open(
            {**{s.name: s.default for s in type_.settings}, **settings})

    def write(self, state: str = "") -> None:
        self.folder.write(self.block, encryption(state) if state else "")

    def objects(self) -> dict[str, bytes]:
        names = self.store.names("")
        return {name: stored.data for name, stored in zip(
            names, self.store.get_all(names), strict=True) if stored is not None}

    def put_back(self, objects: dict[str, bytes]) -> None:
        """Make the store hold just *objects*, as who can write to it might."""
        for name in self.store.names(""):
            if name not in objects:
                self.store.delete([name])
        for name, data in objects.items():
            there = self.store.get(name)
            if there is None or there.data != data:
                self.store.put(name, data, expected=there.version if there else None)

    def is_sealed(self) -> None:
        """Assert that nothing of the state can be read."""
        for name, data in self.objects().items():
            assert SECRET.encode() not in data, name
            if not name.endswith("lock"):
                assert b"vbrprov_data.kept" not in data, name
        assert SECRET.encode() not in self.folder.bytes()


@pytest.fixture(scope="module", params=store_servers.KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[store_servers.Server]:
    if reason := store_servers.why_not(request.param):
        pytest.skip(reason)
    with getattr(store_servers, request.param)() as running:
        yield running


@pytest.fixture
def kept(tmp_path: Path, launcher: Launcher, server: store_servers.Server) -> Kept:
    return Kept(Folder(tmp_path, launcher), server)


def test_from_plain_to_encrypted_and_back(kept: Kept) -> None:
    run = kept.folder.run
    kept.write()
    run("apply", "-auto-approve")
    assert any(b"vbrprov_data.kept" in data for data in kept.objects().values())
    kept.write(STATE)
    assert "not encrypted" in run("plan", status=1).err
    kept.write(FROM_PLAIN)
    run("apply", "-auto-approve")
    kept.write(STATE)
    run("plan", "-detailed-exitcode")
    assert run("output", "-raw", "secret").out == SECRET
    run("apply", "-auto-approve", "-replace=vbrprov_data.kept")
    kept.is_sealed()
    kept.write(TO_PLAIN)
    run("apply", "-auto-approve")
    kept.write()
    run("plan", "-detailed-exitcode")
    assert all(SECRET.encode() not in data for data in kept.objects().values())


@pytest.mark.parametrize("point", ["marker.after_write", "snapshot.before_rename",
                                   "journal.before_truncate"])
def test_a_run_that_dies_leaves_nothing_to_be_read(kept: Kept, point: str) -> None:
    kept.write(STATE)
    kept.folder.run("apply", "-auto-approve", status=KILLED, VBRPROV_FAILPOINT_ENABLE="1",
                    VBRPROV_FAILPOINT=point)
    kept.is_sealed()
    kept.folder.passphrase = SECOND
    assert "Wrong key" in kept.folder.run("plan", status=1).err
    kept.folder.passphrase = FIRST
    kept.folder.run("apply", "-auto-approve", "-lock-timeout=60s")
    kept.folder.run("plan", "-detailed-exitcode")
    kept.is_sealed()


def test_a_new_passphrase(kept: Kept) -> None:
    run = kept.folder.run
    kept.write(STATE)
    run("apply", "-auto-approve")
    kept.folder.passphrase, kept.folder.old = SECOND, FIRST
    assert "Wrong key" in run("plan", status=1).err
    kept.write(ROTATED)
    run("apply", "-auto-approve")
    kept.write(STATE)
    run("plan", "-detailed-exitcode")
    kept.is_sealed()


def test_an_older_state_that_is_put_back(kept: Kept) -> None:
    run = kept.folder.run
    kept.write(STATE)
    run("apply", "-auto-approve")
    older = kept.objects()
    run("apply", "-auto-approve", "-replace=vbrprov_data.kept")
    newer = kept.objects()
    kept.put_back(older)
    refused = run("plan", status=1).err
    assert "older" in refused, refused
    kept.put_back(newer)
    run("plan", "-detailed-exitcode")


def test_damage_is_told(kept: Kept) -> None:
    kept.write(STATE)
    kept.folder.run("apply", "-auto-approve")
    whole = kept.objects()
    name = next(name for name in whole if name.rpartition("/")[2] == "state")
    data = whole[name]
    middle = data.rindex(b'"') - 8
    flipped = data[:middle] + (b"A" if data[middle:middle + 1] != b"A" else b"B") + data[
        middle + 1:]
    for damaged in (flipped, data[:-20], b""):
        kept.put_back({**whole, name: damaged})
        refused = kept.folder.run("plan", status=1)
        assert SECRET not in refused.text
        assert refused.err.count("Error:") == 1, refused.err
    kept.put_back(whole)
    kept.folder.run("plan", "-detailed-exitcode")
