"""Formatting files: what is written, what is read again, what is left alone."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from vbrprov.diag import Diagnostics
from vbrprov.workflow import fmt
from vbrprov.workflow.fmt import Formatted, find_files, format_files

GOOD = "".join(f"# {n}\nb {{\n  a = {n}\n}}\n" for n in range(2_000))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Formatted]]:
    monkeypatch.delenv("VBRPROV_NO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    folder = tmp_path / "work"
    folder.mkdir()

    def formatted(*, write: bool = False, errors: int = 0) -> list[Formatted]:
        diags = Diagnostics()
        found = format_files(find_files([str(folder)], diags, recursive=True), diags, {},
                             write=write)
        assert len(diags) == errors, list(diags)
        return found

    return formatted


def _never(*_: object) -> object:
    raise AssertionError("parsed again")


def test_an_unchanged_file_is_not_read_again(
    run: Callable[..., list[Formatted]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "work" / "main.vbr.hcl"
    path.write_text(GOOD)
    assert run() == []
    with monkeypatch.context() as patched:
        patched.setattr(fmt, "parse_config", _never)
        assert run() == []
        path.write_text(GOOD + "c=1\n")
        with pytest.raises(AssertionError, match="parsed again"):
            run()
    (found,) = run()
    assert found.after == GOOD + "c = 1\n"


def test_what_was_written_is_not_read_again(
    run: Callable[..., list[Formatted]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "work" / "main.vbr.hcl").write_text(GOOD + "c=1\n")
    assert len(run(write=True)) == 1
    monkeypatch.setattr(fmt, "parse_config", _never)
    assert run() == []


def test_errors_are_reported_every_time(
    run: Callable[..., list[Formatted]], tmp_path: Path,
) -> None:
    (tmp_path / "work" / "main.vbr.hcl").write_text(GOOD + "c = 1 1\n")
    for _ in range(2):
        assert run(errors=1, write=True) == []


def test_only_files_that_differ_are_written(
    run: Callable[..., list[Formatted]], tmp_path: Path,
) -> None:
    folder = tmp_path / "work"
    (folder / "good.vbr.hcl").write_text("a = 1\n")
    (folder / "bad.vbr.hcl").write_text("a=1\n")
    (folder / "values.vbrvars.hcl").write_text("a=1\n")
    (folder / "other.txt").write_text("a=1\n")
    for path in folder.iterdir():
        path.chmod(0o640)
    before = (folder / "good.vbr.hcl").stat().st_ino
    assert [each.name for each in run(write=True)] == [
        str(folder / "bad.vbr.hcl"), str(folder / "values.vbrvars.hcl")]
    assert (folder / "good.vbr.hcl").stat().st_ino == before
    assert (folder / "bad.vbr.hcl").read_text() == "a = 1\n"
    assert (folder / "other.txt").read_text() == "a=1\n"
    assert stat.S_IMODE((folder / "bad.vbr.hcl").stat().st_mode) == 0o640


def test_a_byte_order_mark_is_removed(
    run: Callable[..., list[Formatted]], tmp_path: Path,
) -> None:
    path = tmp_path / "work" / "main.vbr.hcl"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert len(run(write=True)) == 1
    assert path.read_bytes() == b"a = 1\r\n"
    assert run() == []


def test_a_link_stays_a_link(run: Callable[..., list[Formatted]], tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("a=1\n")
    link = tmp_path / "work" / "main.vbr.hcl"
    link.symlink_to(target)
    run(write=True)
    assert link.is_symlink()
    assert target.read_text() == "a = 1\n"


def test_a_folder_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: Path) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    diags = Diagnostics()
    assert list(find_files([str(tmp_path)], diags, recursive=False)) == []
    (found,) = diags
    assert "Permission denied" in found.detail
