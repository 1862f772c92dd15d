"""The cache of parsed files: it saves time, and has no other effect whatever lies in it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from syntax_home import TEXT, Home

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.secrets import Redactor
from vbrprov.syntax import cache, store
from vbrprov.syntax.cache import ParseCache
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.request import Request


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
