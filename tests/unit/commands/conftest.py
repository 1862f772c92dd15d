"""Runs commands in this process, in a folder of their own, and Terraform beside them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vbrprov.cli.group import run as run_command


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in the test's folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)

    def one(*args: str) -> Ran:
        capsys.readouterr()
        status = run_command(list(args))
        shown = capsys.readouterr()
        return Ran(status, shown.out, shown.err)

    return one


@pytest.fixture
def terraform(tmp_path: Path) -> Callable[..., Ran]:
    """Runs the real program in a folder ``terraform`` beside the test's files."""
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("there is no terraform on PATH")
    folder = tmp_path / "terraform"
    folder.mkdir()

    def one(*args: str) -> Ran:
        done = subprocess.run([program, *args], cwd=folder, capture_output=True, text=True,
                              check=False)
        return Ran(done.returncode, done.stdout, done.stderr)

    return one
