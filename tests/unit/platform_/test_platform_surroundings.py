"""Folders, processes and terminals."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from vbrprov.platform_ import dirs, process, terminal
from vbrprov.platform_.system import system

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="XDG folders")


@linux_only
def test_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/u")
    assert dirs.user_cache_dir() == Path("/home/u/.cache/vbrprov")
    assert dirs.user_state_dir() == Path("/home/u/.local/state/vbrprov")
    assert str(dirs.user_cache_dir()) == platformdirs.user_cache_dir("vbrprov")
    assert str(dirs.user_state_dir()) == platformdirs.user_state_dir("vbrprov")
    monkeypatch.setenv("XDG_CACHE_HOME", "/c")
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/r")
    assert dirs.user_cache_dir() == Path("/c/vbrprov")
    assert dirs.user_state_dir() == Path("/s/vbrprov")
    assert dirs.user_runtime_dir() == Path("/r/vbrprov")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert dirs.user_cache_dir() == Path("/home/u/.cache/vbrprov")


@linux_only
def test_a_missing_home_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    # As in a container whose user id has no password entry.
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert dirs.user_cache_dir() is None
    assert dirs.user_state_dir() is None
    monkeypatch.setattr(system, "user_id", lambda: 987654)
    assert dirs.user_runtime_dir() is None


@pytest.mark.skipif(os.name == "nt", reason="TMPDIR")
def test_temp_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/t")
    assert dirs.user_temp_dir() == Path(f"/t/vbrprov-{os.geteuid()}")
    monkeypatch.delenv("TMPDIR")
    assert dirs.user_temp_dir() == Path(f"/tmp/vbrprov-{os.geteuid()}")


def test_processes() -> None:
    assert process.process_alive(os.getpid())
    assert not process.process_alive(0)
    assert not process.process_alive(-1)
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert not process.process_alive(child.pid)
    assert process.host_name()


def test_user_name_without_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert process.user_name()
    monkeypatch.setattr(system, "account_name", lambda: "")
    monkeypatch.setattr(system, "user_id", lambda: 4711)
    assert process.user_name() == "uid 4711"
    monkeypatch.setenv("USER", "anna")
    assert process.user_name() == "anna"


def test_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    stream = io.StringIO()
    assert not terminal.is_terminal(stream)
    assert terminal.terminal_width(stream) == 80
    monkeypatch.setenv("COLUMNS", "123")
    assert terminal.terminal_width(stream) == 123
    monkeypatch.setenv("COLUMNS", "0")
    assert terminal.terminal_width(stream) == 80
    stream.close()
    assert not terminal.is_terminal(stream)


@linux_only
def test_terminal_width_of_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    leader, follower = os.openpty()
    with os.fdopen(follower, "w") as stream, os.fdopen(leader):
        assert terminal.is_terminal(stream)
        monkeypatch.setattr(os, "get_terminal_size", lambda fd: os.terminal_size((97, 20)))
        assert terminal.terminal_width(stream) == 97
        monkeypatch.setattr(os, "get_terminal_size", lambda fd: os.terminal_size((0, 0)))
        assert terminal.terminal_width(stream) == 80
