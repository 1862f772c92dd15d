"""The content of a package and its hash; the lock file."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbrprov.config import StoredFiles
from vbrprov.diag import Diagnostics
from vbrprov.workflow.packages import tree
from vbrprov.workflow.packages.lock import NAME, Entry, read_lock, render
from vbrprov.workflow.packages.tree import PackageError, content_hash

CHECKOUT = Path(__file__).resolve().parents[3]
HASH = "h1:" + "A" * 43 + "="


@pytest.fixture
def package(tmp_path: Path) -> Path:
    made = tmp_path / "package"
    (made / "b").mkdir(parents=True)
    (made / "a.txt").write_bytes(b"hello\n")
    (made / "b" / "c.txt").write_bytes(b"world\n")
    return made


def test_the_hash_is_what_the_documentation_says(package: Path) -> None:
    # sha256sum a.txt b/c.txt | sha256sum | cut -c1-64 | xxd -r -p | base64
    assert content_hash(package) == "h1:OinRIhkIXtHcmvfyEmzcwqEMV1NTdSqEiFlm59imCZk="


def test_the_command_in_the_documentation(package: Path) -> None:
    if not all(map(shutil.which, ("bash", "find", "sha256sum", "xxd", "base64"))):
        pytest.skip("a program that the command uses is not installed")
    text = (CHECKOUT / "docs" / "modules.md").read_text(encoding="utf-8")
    (command,) = [line for line in text.splitlines() if line.startswith("find . ")]
    (package / "a b.txt").write_text("x")
    (package / "a").mkdir()
    (package / "a" / "é").write_text("y")
    done = subprocess.run(["bash", "-c", command], cwd=package, capture_output=True, text=True,
                          check=True)
    assert f"h1:{done.stdout.strip()}" == content_hash(package)


@pytest.mark.parametrize("change", [
    lambda p: (p / "a.txt").write_bytes(b"hellO\n"),
    lambda p: (p / "a.txt").rename(p / "A.txt"),
    lambda p: (p / "new").write_bytes(b""),
    lambda p: (p / "b" / "c.txt").unlink(),
    lambda p: (p / "link").symlink_to("a.txt"),
])
def test_every_change_changes_the_hash(package: Path, change) -> None:
    before = content_hash(package)
    change(package)
    assert content_hash(package) != before


def test_a_link_is_not_a_file_that_holds_its_target(package: Path) -> None:
    (package / "x").symlink_to("a.txt")
    linked = content_hash(package)
    (package / "x").unlink()
    (package / "x").write_text("a.txt")
    assert content_hash(package) != linked


def test_modes_times_and_empty_folders_do_not_count(package: Path) -> None:
    before = content_hash(package)
    (package / "a.txt").chmod(0o700)
    os.utime(package / "a.txt", (0, 0))
    (package / "empty").mkdir()
    assert content_hash(package) == before


@pytest.mark.parametrize(("change", "word"), [
    (lambda p: os.mkfifo(p / "pipe"), "pipe"),
    (lambda p: (p / "A.TXT").write_bytes(b""), "case"),
    (lambda p: (p / "out").symlink_to("../other"), "outside"),
    (lambda p: (p / "to").symlink_to("other"), "nowhere"),
    (lambda p: (p / "out").symlink_to("/etc/passwd"), "outside"),
    (lambda p: (p / "out").symlink_to(".."), "outside"),
    (lambda p: (p / "loop").symlink_to("loop"), "circle"),
    (lambda p: (p / "a\nb").write_bytes(b""), "characters"),
])
def test_refused_content(package: Path, change, word: str) -> None:
    change(package)
    with pytest.raises(PackageError, match=word):
        content_hash(package)


def test_limits(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_ENTRIES", 2)
    with pytest.raises(PackageError, match="more than 2 files"):
        content_hash(package)
    monkeypatch.setattr(tree, "MAX_ENTRIES", 3)
    monkeypatch.setattr(tree, "MAX_BYTES", 8)
    with pytest.raises(PackageError, match="MiB together"):
        content_hash(package)


def read(text: str) -> tuple[dict | None, Diagnostics]:
    diags = Diagnostics()
    return read_lock("", StoredFiles({NAME: text.encode()}), diags), diags


addresses = st.text(st.characters(min_codepoint=33, exclude_characters='"\\${%\x7f',
                                  exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), min_size=1)


@settings(deadline=None)
@given(st.lists(st.builds(
    Entry, address=addresses, constraints=st.sampled_from(["", "~> 1.0", ">= 1, < 2"]),
    version=st.sampled_from(["", "1.2.3"]), commit=st.sampled_from(["", "ab" * 20]),
    hash=st.just(HASH)), max_size=5))
def test_what_is_written_is_read_again(entries: list[Entry]) -> None:
    wanted = {e.key: e for e in entries}
    text = render(wanted)
    assert render(dict(reversed(wanted.items()))) == text
    found, diags = read(text)
    assert not diags
    assert {k: v.hash for k, v in (found or {}).items()} == {k: HASH for k in wanted}
    assert found == wanted


def test_text_of_a_lock_file() -> None:
    entries = [Entry(address="git::https://h/b", constraints="~> 1.0", version="1.1.0", hash=HASH),
               Entry(address="./a.zip", checksum="sha256:00", hash=HASH)]
    assert render({e.key: e for e in entries}).endswith(f'''
module "./a.zip" {{
  checksum = "sha256:00"
  hash     = "{HASH}"
}}

module "git::https://h/b" {{
  constraints = "~> 1.0"
  version     = "1.1.0"
  hash        = "{HASH}"
}}
''')


@pytest.mark.parametrize(("text", "word"), [
    ("<<<<<<< HEAD\n", "not valid"),
    ('module "a" {\n}\n', "line 1"),
    ('module "a" {\n  hash = "h1:short"\n}\n', "not complete"),
    (f'module "a" {{\n  hash = "{HASH}"\n  more = "x"\n}}\n', "not complete"),
    (f'module "a" {{\n  hash = "{HASH}"\n}}\n' * 2, "twice"),
    (f'provider "a" {{\n  hash = "{HASH}"\n}}\n', "not complete"),
    (f'module "a" {{\n  hash = upper("{HASH}")\n}}\n', "not complete"),
    ("module \"a\" {\n  hash = \"\xff", "not valid"),
])
def test_a_damaged_lock_file_is_not_used(text: str, word: str) -> None:
    found, diags = read(text)
    assert found is None
    (error,) = diags
    assert error.summary == "Invalid lock file"
    assert word in error.detail
    assert "vbrprov init" in error.detail


def test_no_lock_file_has_no_entries() -> None:
    diags = Diagnostics()
    assert read_lock("", StoredFiles({}), diags) == {}
    assert not diags
