"""Windows, written from Microsoft's documented calls.

Every call into Windows goes through :class:`WindowsApi`, so the decisions made here are tested on
any system with a fake of it. File modes mean nothing on Windows: a file is as private as the
folder it lies in, and a user's own folders are private by their inherited access list.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

_ERROR_FILE_EXISTS = 80
_ERROR_ALREADY_EXISTS = 183
_ERROR_ACCESS_DENIED = 5
_ERROR_SHARING_VIOLATION = 32
_ERROR_LOCK_VIOLATION = 33
_ERROR_USER_MAPPED_FILE = 1224
_TRANSIENT = frozenset({_ERROR_ACCESS_DENIED, _ERROR_SHARING_VIOLATION, _ERROR_LOCK_VIOLATION,
                        _ERROR_USER_MAPPED_FILE})

_MOVEFILE_REPLACE_EXISTING = 0x1
# Returns only when the rename is on disk: Windows has no fsync for folders.
_MOVEFILE_WRITE_THROUGH = 0x8

_PROCESS_QUERY_LIMITED_INFORMATION = 0x1000
_SYNCHRONIZE = 0x100000
_WAIT_TIMEOUT = 0x102

_RENAME_PATIENCE_SECONDS = 5.0


class WindowsApi(Protocol):
    """The calls used, each named after the Win32 or C run-time function behind it.

    A call that fails raises ``OSError`` with ``winerror`` set.
    """

    def move_file_ex(self, source: str, target: str, flags: int) -> None:
        """MoveFileExW."""
        ...

    def lock_first_byte(self, fd: int) -> None:
        """``_locking(fd, _LK_NBLCK, 1)`` at offset 0; EACCES or EDEADLOCK when it is locked."""
        ...

    def unlock_first_byte(self, fd: int) -> None:
        """``_locking(fd, _LK_UNLCK, 1)`` at offset 0."""
        ...

    def set_allocation(self, fd: int, size: int) -> None:
        """SetFileInformationByHandle with FileAllocationInfo."""
        ...

    def free_bytes(self, path: str) -> int:
        """GetDiskFreeSpaceExW: bytes available to the caller."""
        ...

    def wait_process(self, pid: int, access: int) -> int:
        """OpenProcess, then WaitForSingleObject with no wait; the wait's result."""
        ...

    def terminate_self(self) -> None:
        """TerminateProcess on the current process."""
        ...


class WindowsSystem:
    """The system calls of Windows."""

    def __init__(
        self, api: WindowsApi | None = None, *, sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api if api is not None else native_api()
        self._sleep = sleep
        self._clock = clock
        self.open_flags = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)

    def user_id(self) -> int | None:
        """None: files are judged by the folder they lie in."""
        return None

    def account_name(self) -> str:
        """Empty: Windows puts the name into the environment."""
        return ""

    def try_lock(self, fd: int) -> bool:
        """Lock the first byte of *fd*; Windows frees it when the process ends."""
        try:
            self._api.lock_first_byte(fd)
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EDEADLK}:
                return False
            raise
        return True

    def unlock(self, fd: int) -> None:
        """Give up the lock."""
        self._api.unlock_first_byte(fd)

    def replace(self, source: Path, target: Path) -> None:
        """Rename *source* over *target*, waiting out readers and virus scanners."""
        self._move(source, target, _MOVEFILE_REPLACE_EXISTING | _MOVEFILE_WRITE_THROUGH)

    def rename_new(self, source: Path, target: Path) -> None:
        """Give *source* the name *target* unless that name is taken."""
        try:
            self._move(source, target, _MOVEFILE_WRITE_THROUGH)
        except OSError as error:
            if _code(error) in {_ERROR_FILE_EXISTS, _ERROR_ALREADY_EXISTS}:
                raise FileExistsError(errno.EEXIST, "File exists", str(target)) from error
            raise

    def _move(self, source: Path, target: Path, flags: int) -> None:
        """MoveFileExW, repeated while somebody else has one of the files open."""
        deadline = self._clock() + _RENAME_PATIENCE_SECONDS
        pause = 0.005
        while True:
            try:
                self._api.move_file_ex(str(source), str(target), flags)
            except OSError as error:
                if _code(error) not in _TRANSIENT or self._clock() >= deadline:
                    raise
            else:
                return
            self._sleep(pause)
            pause = min(pause * 2, 0.25)

    def sync(self, fd: int) -> None:
        """Return when the data of *fd* are on disk (FlushFileBuffers behind ``os.fsync``)."""
        os.fsync(fd)

    def sync_directory(self, path: Path) -> None:
        """Do nothing: renames are written through."""

    def reserve(self, fd: int, offset: int, size: int) -> None:
        """Reserve space without changing the size of the file."""
        if size > 0:
            self._api.set_allocation(fd, offset + size)

    def free_space(self, path: Path) -> int:
        """Bytes that this user may still write in *path*."""
        return self._api.free_bytes(str(path))

    def process_alive(self, pid: int) -> bool:
        """Whether the process runs; one that we may not open runs."""
        if pid <= 0:
            return False
        try:
            waited = self._api.wait_process(pid, _PROCESS_QUERY_LIMITED_INFORMATION | _SYNCHRONIZE)
        except OSError as error:
            return _code(error) == _ERROR_ACCESS_DENIED
        return waited == _WAIT_TIMEOUT

    def kill_self(self) -> None:
        """End this process without clean-up."""
        self._api.terminate_self()

    def interrupt_signals(self) -> tuple[signal.Signals, ...]:
        """INT (Ctrl-C), BREAK (Ctrl-Break, closed console), TERM (raised inside the process)."""
        names = ("SIGINT", "SIGBREAK", "SIGTERM")
        return tuple(signal.Signals[name] for name in names if hasattr(signal, name))


def _code(error: OSError) -> int:
    """The Win32 error number, or 0 when the error has none."""
    code: int = getattr(error, "winerror", None) or 0
    return code


def native_api() -> WindowsApi:
    """The real calls, through ctypes and msvcrt.

    Raises:
        OSError: This is not Windows.
    """
    if sys.platform != "win32":
        raise OSError(errno.ENOSYS, "the Windows calls exist on Windows only")
    return _native_api()


def _native_api() -> WindowsApi:
    import ctypes
    import importlib
    from ctypes import wintypes

    loader: Any = ctypes
    msvcrt: Any = importlib.import_module("msvcrt")
    kernel32 = loader.WinDLL("kernel32", use_last_error=True)
    # Handles are pointer-sized: without these, ctypes would cut them to 32 bits.
    kernel32.OpenProcess.restype = wintypes.HANDLE
    kernel32.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    kernel32.WaitForSingleObject.argtypes = (wintypes.HANDLE, wintypes.DWORD)
    kernel32.WaitForSingleObject.restype = wintypes.DWORD
    kernel32.CloseHandle.argtypes = (wintypes.HANDLE,)
    kernel32.GetCurrentProcess.restype = wintypes.HANDLE
    kernel32.TerminateProcess.argtypes = (wintypes.HANDLE, wintypes.UINT)
    kernel32.MoveFileExW.argtypes = (wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.DWORD)
    kernel32.SetFileInformationByHandle.argtypes = (
        wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
    kernel32.GetDiskFreeSpaceExW.argtypes = (
        wintypes.LPCWSTR, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)

    def check(succeeded: int) -> None:
        if not succeeded:
            raise loader.WinError(loader.get_last_error())

    class NativeApi:
        def move_file_ex(self, source: str, target: str, flags: int) -> None:
            check(kernel32.MoveFileExW(source, target, flags))

        def lock_first_byte(self, fd: int) -> None:
            os.lseek(fd, 0, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)

        def unlock_first_byte(self, fd: int) -> None:
            os.lseek(fd, 0, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

        def set_allocation(self, fd: int, size: int) -> None:
            file_allocation_info = 5
            wanted = ctypes.c_longlong(size)
            check(kernel32.SetFileInformationByHandle(
                msvcrt.get_osfhandle(fd), file_allocation_info, ctypes.byref(wanted),
                ctypes.sizeof(wanted)))

        def free_bytes(self, path: str) -> int:
            available = ctypes.c_ulonglong(0)
            check(kernel32.GetDiskFreeSpaceExW(path, ctypes.byref(available), None, None))
            return available.value

        def wait_process(self, pid: int, access: int) -> int:
            handle = kernel32.OpenProcess(access, False, pid)
            check(handle)
            try:
                return int(kernel32.WaitForSingleObject(handle, 0))
            finally:
                kernel32.CloseHandle(handle)

        def terminate_self(self) -> None:
            check(kernel32.TerminateProcess(kernel32.GetCurrentProcess(), 137))

    return NativeApi()
