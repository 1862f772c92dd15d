"""Entries of the cache: bad ones do no harm, old ones go."""

from __future__ import annotations

import os
import shutil
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import msgspec
import pytest
from syntax_home import TEXT, Home

from vbrprov.diag import SourceFile
from vbrprov.syntax import cache, parse_config
from vbrprov.syntax.cache import ParseCache
from vbrprov.syntax.store import Store


def _other_tree() -> bytes:
    return msgspec.msgpack.encode(parse_config(SourceFile("f", "evil = 1\n"))[0])


@pytest.mark.parametrize("spoil", [
    lambda _: b"",
    lambda data: data[:10],
    lambda data: data[:-1],
    lambda data: data + b"x",
    lambda data: bytes([data[0] ^ 1]) + data[1:],
    lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:],
    lambda data: data[:32] + _other_tree(),
    lambda data: b"\x91" * 5_000_000,
    lambda data: data[:32] + b"\x91" * 5_000_000,
    lambda data: b"cos\nsystem\n(S'false'\ntR." * 3,
], ids=["empty", "head", "cut", "longer", "hash", "content", "other tree", "deep", "deep content",
        "pickle"])
def test_a_spoiled_entry_is_ignored_and_written_again(home: Home, spoil: object) -> None:
    home.parse()
    good = home.entry().read_bytes()
    home.entry().write_bytes(spoil(good))  # type: ignore[operator]
    home.parse()
    assert home.parsed == 2
    assert home.entry().read_bytes() == good


def test_random_damage(home: Home) -> None:
    random = Random(1)
    home.parse()
    good = home.entry().read_bytes()
    for _ in range(20):
        data = bytearray(good)
        for _ in range(random.randrange(1, 20)):
            data[random.randrange(len(data))] = random.randrange(256)
        home.entry().write_bytes(data)
        body, diags = ParseCache().parse(SourceFile("main.vbr.hcl", TEXT))
        assert not diags
        assert len(body.blocks) == 800
    assert home.parsed == 21


def test_an_entry_of_another_file_is_no_answer(home: Home) -> None:
    home.parse()
    first = home.entry()
    other = TEXT.replace("2.5", "3.5")
    home.parse(other)
    (second,) = set(home.names()) - {first.name}
    shutil.copy(first, home.entries / second)
    home.parse(other)
    assert home.parsed == 3


def test_entries_made_with_another_key_are_not_believed(home: Home) -> None:
    home.parse()
    home.key.write_bytes(os.urandom(32))
    home.parse()
    assert home.parsed == 2


def test_what_is_believed_must_still_be_a_tree(home: Home) -> None:
    entries = Store.of_user(cache._parser_version())
    assert entries is not None
    name = entries.name("tree", TEXT.encode())
    for content in (b"", b"\x90", b"\x91" * 100_000, msgspec.msgpack.encode([0, 1, [], "x"])):
        entries.put(name, content)
        home.parse()


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33], ids=["empty", "short", "long"])
def test_a_damaged_key_is_made_anew(home: Home, key: bytes) -> None:
    home.parse()
    home.key.write_bytes(key)
    home.parse()
    home.parse()
    assert home.parsed == 2
    assert len(home.key.read_bytes()) == 32


def test_an_entry_that_others_may_write_is_not_believed(home: Home) -> None:
    home.parse()
    home.entry().chmod(0o666)
    home.parse()
    assert home.parsed == 2
    assert stat.S_IMODE(home.entry().stat().st_mode) == 0o600


def test_a_link_is_not_followed(home: Home) -> None:
    home.parse()
    entry = home.entry()
    target = home.folder / "target"
    entry.rename(target)
    entry.symlink_to(target)
    home.parse()
    assert home.parsed == 2
    assert not entry.is_symlink()


def test_a_folder_in_place_of_an_entry(home: Home) -> None:
    home.parse()
    entry = home.entry()
    entry.unlink()
    entry.mkdir()
    home.parse()
    assert home.parsed == 2



def _fill(home: Home, count: int, size: int) -> Store:
    entries = Store.of_user(b"v")
    assert entries is not None
    for n in range(count):
        path = entries.folder / f"{n:04}"
        path.write_bytes(b"")
        os.truncate(path, size)
        os.utime(path, (time.time() - n,) * 2)
    return entries


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_place_of_an_entry(home: Home) -> None:
    home.parse()
    entry = home.entry()
    entry.unlink()
    os.mkfifo(entry, 0o600)
    home.parse()
    assert home.parsed == 2
    assert entry.is_file()


def test_runs_at_the_same_time(home: Home) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: home.parse(), range(8)))
    assert len(found) == 8
    assert len(home.names()) == 1


def test_the_oldest_entries_make_room(home: Home) -> None:
    entries = _fill(home, 20, 10_000_000)
    entries.tidy()
    assert home.names() == [f"{n:04}" for n in range(12)]


def test_very_old_entries_go(home: Home) -> None:
    entries = _fill(home, 3, 10)
    os.utime(entries.folder / "0001", (0, 0))
    entries.tidy()
    assert home.names() == ["0000", "0002"]


def test_writing_tidies_up_now_and_then(home: Home) -> None:
    entries = _fill(home, 20, 10_000_000)
    entries.put("f" * 64)
    assert len(home.names()) == 21
    entries.put("0" * 64)
    assert len(home.names()) == 14
    assert "0" * 64 in home.names()
