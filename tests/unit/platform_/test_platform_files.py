"""Private, durable and atomic files."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from vbrprov.platform_ import failpoint, files
from vbrprov.platform_.errors import (
    ExposedFileError,
    NotOwnFileError,
    NotPrivateDirectoryError,
    NotRegularFileError,
)
from vbrprov.platform_.system import system

pytestmark = pytest.mark.skipif(os.name == "nt", reason="file modes and links of POSIX")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_atomic_write_creates_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    files.atomic_write(path, b"one")
    assert path.read_bytes() == b"one"
    assert mode_of(path) == 0o600
    assert names(tmp_path) == ["a"]


def test_atomic_write_ignores_the_umask_and_honours_a_wider_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    previous = os.umask(0o077)
    try:
        files.atomic_write(path, b"x", mode=0o644)
    finally:
        os.umask(previous)
    assert mode_of(path) == 0o644


@pytest.mark.parametrize("place", ["before_write", "partial_write", "before_rename"])
def test_atomic_write_leaves_the_old_file_when_the_disk_is_full(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    files.atomic_write(path, b"old")
    failpoint.arm({"VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": f"t.{place}=enospc"})
    try:
        with pytest.raises(OSError, match="failpoint") as caught:
            files.atomic_write(path, b"new", stage="t")
    finally:
        failpoint.arm({})
    assert caught.value.errno == errno.ENOSPC
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_atomic_write_overwrites_a_leftover_temp_file_of_a_given_name(tmp_path: Path) -> None:
    leftover = tmp_path / "a.tmp"
    leftover.symlink_to(tmp_path / "elsewhere")
    files.atomic_write(tmp_path / "a", b"x", temp=leftover)
    assert names(tmp_path) == ["a"]


def test_atomic_create_refuses_an_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    files.atomic_create(path, b"one")
    with pytest.raises(FileExistsError):
        files.atomic_create(path, b"two")
    assert path.read_bytes() == b"one"
    assert mode_of(path) == 0o600
    assert names(tmp_path) == ["a"]


def test_atomic_create_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "a"
    files.atomic_create(path, b"one")
    assert path.read_bytes() == b"one"
    with pytest.raises(FileExistsError):
        files.atomic_create(path, b"two")
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o610])
def test_open_private_refuses_exposed_files(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a"
    path.touch()
    path.chmod(mode)
    with pytest.raises(ExposedFileError, match=f"mode {mode:04o}"):
        files.open_private(path)
    with pytest.raises(ExposedFileError):
        files.read_private(path)


def test_open_private_refuses_links_pipes_and_folders(tmp_path: Path) -> None:
    (tmp_path / "file").touch(0o600)
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotRegularFileError, match="a symbolic link"):
        files.open_private(tmp_path / "link")
    with pytest.raises(NotRegularFileError, match="a symbolic link"):
        files.open_private(tmp_path / "link", os.O_RDWR | os.O_CREAT)
    with pytest.raises(NotRegularFileError, match="a pipe"):
        files.open_private(tmp_path / "pipe")
    with pytest.raises(NotRegularFileError, match="a pipe"):
        files.open_private(tmp_path / "pipe", os.O_WRONLY)
    with pytest.raises(NotRegularFileError, match="a folder"):
        files.open_private(tmp_path / "folder")
    with pytest.raises(NotRegularFileError, match="a folder"):
        files.open_private(tmp_path / "folder", os.O_RDWR)


def test_open_private_is_not_inherited(tmp_path: Path) -> None:
    fd = files.open_private(tmp_path / "a", os.O_RDWR | os.O_CREAT)
    assert os.get_inheritable(fd) is False
    assert mode_of(tmp_path / "a") == 0o600
    os.close(fd)


def test_read_private(tmp_path: Path) -> None:
    assert files.read_private(tmp_path / "none") is None
    content = os.urandom(100_000)
    files.atomic_write(tmp_path / "a", content)
    assert files.read_private(tmp_path / "a") == content
    files.atomic_write(tmp_path / "empty", b"")
    assert files.read_private(tmp_path / "empty") == b""


def test_read_private_refuses_a_planted_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.atomic_write(tmp_path / "a", b"x")
    assert files.read_private(tmp_path / "a", must_own=True) == b"x"
    monkeypatch.setattr(system, "user_id", lambda: os.geteuid() + 1)
    with pytest.raises(NotOwnFileError, match="belongs to user id"):
        files.read_private(tmp_path / "a", must_own=True)


def test_keep_copy_with_and_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "a", tmp_path / "a.1"
    files.atomic_write(source, b"one")
    for _ in range(2):
        files.keep_copy(source, target, temp=tmp_path / "t")
        assert target.read_bytes() == source.read_bytes() == b"one"
        assert names(tmp_path) == ["a", "a.1"]

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    files.atomic_write(source, b"two")
    files.keep_copy(source, target, temp=tmp_path / "t")
    assert target.read_bytes() == b"two"
    assert names(tmp_path) == ["a", "a.1"]
    with pytest.raises(FileNotFoundError):
        files.keep_copy(tmp_path / "none", target, temp=tmp_path / "t")


def test_preallocate_reserves_real_blocks(tmp_path: Path) -> None:
    fd = files.open_private(tmp_path / "a", os.O_RDWR | os.O_CREAT)
    files.preallocate(fd, 0, 1 << 20)
    assert os.fstat(fd).st_blocks * 512 >= 1 << 20
    files.preallocate(fd, 0, 0)
    os.close(fd)


def test_preallocate_fails_early_and_forgives_file_systems_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fd = files.open_private(tmp_path / "a", os.O_RDWR | os.O_CREAT)

    def failing(code: int) -> None:
        def fallocate(*args: int) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "posix_fallocate", fallocate, raising=False)

    failing(errno.EOPNOTSUPP)
    files.preallocate(fd, 0, 4096)
    failing(errno.ENOSPC)
    with pytest.raises(OSError, match="space"):
        files.preallocate(fd, 0, 4096)
    os.close(fd)


def test_free_space_is_positive(tmp_path: Path) -> None:
    assert files.free_space(tmp_path) > 0


def test_secure_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.secure_dir(tmp_path / "a" / "b")
    assert mode_of(path) == 0o700
    path.chmod(0o755)
    assert mode_of(files.secure_dir(path)) == 0o700
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(NotPrivateDirectoryError, match="symbolic link"):
        files.secure_dir(tmp_path / "link")
    (tmp_path / "file").touch()
    with pytest.raises(NotPrivateDirectoryError, match="it is a file"):
        files.secure_dir(tmp_path / "file")
    monkeypatch.setattr(system, "user_id", lambda: os.geteuid() + 1)
    with pytest.raises(NotPrivateDirectoryError, match="belongs to user id"):
        files.secure_dir(path)
