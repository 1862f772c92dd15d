"""The cache of parsed files: it saves time, and has no other effect whatever lies in it."""

from __future__ import annotations

import os
import shutil
import stat
import time
from pathlib import Path
from random import Random

import msgspec
import pytest

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.secrets import Redactor
from vbrprov.syntax import ast, cache, parse_config, store
from vbrprov.syntax.cache import ParseCache
from vbrprov.syntax.store import Store
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.request import Request

TEXT = 'resource "a" "b" {\n  x = [1, "${v.w} z", f(2.5)]\n}\n' * 800


class Home:
    """A user's folders, and how often a file was parsed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries = folder / "cache" / "vbrprov" / "syntax"
        self.key = folder / "state" / "vbrprov" / "cache.key"
        self.parsed = 0

    def parse(self, text: str = TEXT, name: str = "main.vbr.hcl") -> ast.Body:
        """What a run of its own makes of a text."""
        body, diags = ParseCache().parse(SourceFile(name, text))
        wanted, wanted_diags = parse_config(SourceFile(name, text))
        assert body == wanted
        assert list(diags) == list(wanted_diags)
        return body

    def names(self) -> list[str]:
        """The entries."""
        return sorted(path.name for path in self.entries.iterdir()) if self.entries.exists() else []

    def entry(self) -> Path:
        """The only entry."""
        (name,) = self.names()
        return self.entries / name


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("VBRPROV_NO_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    found = Home(tmp_path)

    def counted(source: SourceFile) -> object:
        found.parsed += 1
        return parse_config(source)

    monkeypatch.setattr(cache, "parse_config", counted)
    return found


def test_the_second_run_does_not_parse(home: Home) -> None:
    home.parse()
    home.parse()
    assert home.parsed == 1
    home.parse(TEXT + "# changed\n")
    assert home.parsed == 2


def test_the_name_of_the_file_does_not_matter(home: Home) -> None:
    home.parse()
    home.parse(name="other.vbr.hcl")
    assert home.parsed == 1


def test_all_is_private(home: Home) -> None:
    home.parse()
    for path in (home.entries, home.entries.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in (home.entry(), home.key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_small_configurations_never_touch_the_disk(home: Home) -> None:
    home.parse("a = 1\n" * 200)
    assert not list(home.folder.iterdir())


def test_small_files_of_a_large_configuration_are_not_kept(home: Home) -> None:
    files = ParseCache()
    for _ in range(2):
        files.parse(SourceFile("main.vbr.hcl", TEXT))
        files.parse(SourceFile("small.vbr.hcl", "b {}\n"))
    assert len(home.names()) == 1


def test_many_files_of_medium_size_are_kept_but_for_the_first(home: Home) -> None:
    texts = [f"# {n}\n" + TEXT[:5_000].rpartition("resource")[0] for n in range(10)]
    for _ in range(2):
        files = ParseCache()
        for text in texts:
            files.parse(SourceFile("main.vbr.hcl", text))
    assert len(home.names()) == 6
    assert home.parsed == 10 + 4


@pytest.mark.parametrize("name", [
    "main.vbrvars.hcl", "x.auto.vbrvars.hcl", "vbrprov.vbrvars.hcl", "secrets.hcl", "a.vbrtest.hcl",
    "<stdin>", "secrets", "x.tfvars",
])
def test_only_configuration_is_kept(home: Home, name: str) -> None:
    home.parse(name=name)
    assert not list(home.folder.iterdir())


@pytest.mark.parametrize("secret", [
    'password = "CANARY"\n', 'x { db_password="CANARY" }\n', 'x = { "client_secret": "CANARY" }\n',
    "api_token = <<E\nCANARY\nE\n", 'x = { SECRET_KEY = "CANARY" }\n',
    'variable "x" {\n  sensitive = true\n  default   = "CANARY"\n}\n',
])
def test_secrets_in_plain_text_are_not_kept(home: Home, secret: str) -> None:
    home.parse(TEXT + secret)
    assert home.names() == []


@pytest.mark.parametrize("harmless", [
    "password = var.password\n", 'password = "${var.password}"\n', "secret_version = 2\n",
    'variable "x" {\n  sensitive = true\n}\n', 'password = ""\n',
])
def test_references_to_secrets_are(home: Home, harmless: str) -> None:
    home.parse(TEXT + harmless)
    assert len(home.names()) == 1


def test_files_with_errors_are_not_kept(home: Home) -> None:
    home.parse(TEXT + "a = 1 1\n")
    assert home.names() == []


def test_a_tree_too_deep_for_the_cache_is_parsed_each_time(home: Home) -> None:
    home.parsed = 0
    text = TEXT + "a = " + "1 + " * 4_000 + "1\n"
    for _ in range(2):
        body, diags = ParseCache().parse(SourceFile("main.vbr.hcl", text))
        assert not diags
        assert len(body.blocks) == 800
    assert home.parsed == 2


def test_commands_use_it_for_the_configuration_but_not_for_values(
    home: Home, tmp_path: Path,
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "main.vbr.hcl").write_text('variable "v" {}\n' + "locals {}\n" * 3_000)
    values = tmp_path / "values.vbr.hcl"
    values.write_text('v = "CANARY"\n' + "# filler\n" * 3_000)
    for _ in range(2):
        diags = Diagnostics()
        request = Request(directory=str(work), variables=(("file", str(values)),))
        assert prepare(request, diags, Redactor()) is not None, list(diags)
    assert home.parsed == 1
    assert b"CANARY" not in home.entry().read_bytes()


# --- bad entries ---------------------------------------------------------------------------------


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


# --- no cache ------------------------------------------------------------------------------------


def test_it_can_be_turned_off(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VBRPROV_NO_CACHE", "1")
    home.parse()
    assert not list(home.folder.iterdir())


def test_no_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "user_cache_dir", lambda: None)
    home.parse()
    home.parse()
    assert home.parsed == 2


@pytest.mark.parametrize("which", ["cache", "state"])
def test_a_home_that_cannot_be_written(home: Home, which: str) -> None:
    # A file in the way stops root, too, as a missing permission would not.
    (home.folder / which).write_text("")
    home.parse()
    home.parse()
    assert home.parsed == 2


@pytest.mark.parametrize("system", [".git", ".hg", ".svn"])
def test_nothing_is_kept_in_a_checkout(home: Home, system: str) -> None:
    (home.folder / system).mkdir()
    home.parse()
    assert {path.name for path in home.folder.iterdir()} == {system}


def test_a_cache_folder_that_is_a_link(home: Home) -> None:
    (home.folder / "elsewhere").mkdir()
    (home.folder / "cache").mkdir()
    (home.folder / "cache" / "vbrprov").symlink_to(home.folder / "elsewhere")
    home.parse()
    assert not list((home.folder / "elsewhere").iterdir())


# --- size ----------------------------------------------------------------------------------------


def _fill(home: Home, count: int, size: int) -> Store:
    entries = Store.of_user(b"v")
    assert entries is not None
    for n in range(count):
        path = entries.folder / f"{n:04}"
        path.write_bytes(b"")
        os.truncate(path, size)
        os.utime(path, (time.time() - n,) * 2)
    return entries


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


# --- formatted files -----------------------------------------------------------------------------


def test_files_known_to_be_formatted(home: Home) -> None:
    raw = TEXT.encode()
    assert not ParseCache().is_formatted(raw)
    first = ParseCache()
    first.is_formatted(raw)
    first.set_formatted(raw)
    assert ParseCache().is_formatted(raw)
    assert not ParseCache().is_formatted(raw + b" ")


def test_another_version_of_the_parser_starts_afresh(
    home: Home, monkeypatch: pytest.MonkeyPatch,
) -> None:
    home.parse()
    monkeypatch.setattr(cache, "__version__", "99.0")
    home.parse()
    assert home.parsed == 2
