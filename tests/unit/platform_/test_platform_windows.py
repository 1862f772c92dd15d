"""What the Windows side decides, on a fake of Windows."""

from __future__ import annotations

import errno
import os
import signal
import sys
from pathlib import Path

import pytest

from vbrprov.platform_.windows import WindowsSystem, native_api

ACCESS_DENIED, SHARING_VIOLATION, NOT_FOUND, ALREADY_EXISTS = 5, 32, 2, 183


def windows_error(code: int, number: int = errno.EACCES) -> OSError:
    """An ``OSError`` as Windows raises it."""
    error = OSError(number, f"windows error {code}")
    error.winerror = code  # type: ignore[attr-defined]  # exists on Windows only
    return error


class FakeWindows:
    """Records calls; fails as told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.moves: list[tuple[str, str, int]] = []
        self.move_errors: list[OSError] = []
        self.lock_error: OSError | None = None
        self.locked: set[int] = set()
        self.allocated: list[tuple[int, int]] = []
        self.wait_answer: int | OSError = 0
        self.ended = False

    def move_file_ex(self, source: str, target: str, flags: int) -> None:
        self.moves.append((source, target, flags))
        if self.move_errors:
            raise self.move_errors.pop(0)

    def lock_first_byte(self, fd: int) -> None:
        if self.lock_error is not None:
            raise self.lock_error
        self.locked.add(fd)

    def unlock_first_byte(self, fd: int) -> None:
        self.locked.remove(fd)

    def set_allocation(self, fd: int, size: int) -> None:
        self.allocated.append((fd, size))

    def free_bytes(self, path: str) -> int:
        return len(path)

    def wait_process(self, pid: int, access: int) -> int:
        if isinstance(self.wait_answer, OSError):
            raise self.wait_answer
        return self.wait_answer

    def terminate_self(self) -> None:
        self.ended = True

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def fake() -> FakeWindows:
    return FakeWindows()


@pytest.fixture
def windows(fake: FakeWindows) -> WindowsSystem:
    return WindowsSystem(fake, sleep=fake.sleep, clock=lambda: fake.now)


def test_replace_waits_out_readers(windows: WindowsSystem, fake: FakeWindows) -> None:
    fake.move_errors = [windows_error(SHARING_VIOLATION), windows_error(ACCESS_DENIED)]
    windows.replace(Path("a"), Path("b"))
    assert fake.moves == [("a", "b", 0x1 | 0x8)] * 3
    assert 0 < fake.now < 1


def test_replace_gives_up_in_the_end(windows: WindowsSystem, fake: FakeWindows) -> None:
    fake.move_errors = [windows_error(SHARING_VIOLATION) for _ in range(1000)]
    with pytest.raises(OSError, match="32"):
        windows.replace(Path("a"), Path("b"))
    assert 5 <= fake.now < 6


def test_replace_reports_other_errors_at_once(windows: WindowsSystem, fake: FakeWindows) -> None:
    fake.move_errors = [windows_error(NOT_FOUND, errno.ENOENT)]
    with pytest.raises(FileNotFoundError):
        windows.replace(Path("a"), Path("b"))
    assert fake.now == 0


def test_rename_new_does_not_overwrite(windows: WindowsSystem, fake: FakeWindows) -> None:
    windows.rename_new(Path("a"), Path("b"))
    assert fake.moves == [("a", "b", 0x8)]
    fake.move_errors = [windows_error(ALREADY_EXISTS)]
    with pytest.raises(FileExistsError):
        windows.rename_new(Path("a"), Path("b"))
    fake.move_errors = [windows_error(NOT_FOUND, errno.ENOENT)]
    with pytest.raises(FileNotFoundError):
        windows.rename_new(Path("a"), Path("b"))


def test_lock(windows: WindowsSystem, fake: FakeWindows) -> None:
    assert windows.try_lock(7)
    windows.unlock(7)
    assert fake.locked == set()
    for number in (errno.EACCES, errno.EDEADLK):
        fake.lock_error = OSError(number, "locked")
        assert not windows.try_lock(7)
    fake.lock_error = OSError(errno.EBADF, "bad")
    with pytest.raises(OSError, match="bad"):
        windows.try_lock(7)


def test_process_alive(windows: WindowsSystem, fake: FakeWindows) -> None:
    fake.wait_answer = 0x102
    assert windows.process_alive(4)
    fake.wait_answer = 0
    assert not windows.process_alive(4)
    fake.wait_answer = windows_error(ACCESS_DENIED)
    assert windows.process_alive(4)
    fake.wait_answer = windows_error(87, errno.EINVAL)
    assert not windows.process_alive(4)
    assert not windows.process_alive(0)


def test_the_rest(windows: WindowsSystem, fake: FakeWindows, tmp_path: Path) -> None:
    windows.reserve(3, 100, 50)
    windows.reserve(3, 100, 0)
    assert fake.allocated == [(3, 150)]
    assert windows.free_space(Path("abc")) == 3
    windows.sync_directory(tmp_path)
    with (tmp_path / "a").open("w") as stream:
        windows.sync(stream.fileno())
    windows.kill_self()
    assert fake.ended
    assert windows.user_id() is None
    assert windows.account_name() == ""
    assert signal.SIGINT in windows.interrupt_signals()


@pytest.mark.skipif(sys.platform == "win32", reason="elsewhere")
def test_native_calls_exist_on_windows_only() -> None:
    with pytest.raises(OSError, match="on Windows only"):
        native_api()
    assert os.name == "posix"
