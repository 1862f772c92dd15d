"""What the state tests share: sample instances, a backend in a fresh folder, child processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest

from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.model import Instance, Intent, StateData

MakeInstance = Callable[..., Instance]
MakeIntent = Callable[..., Intent]


@pytest.fixture(scope="session")
def make_instance() -> MakeInstance:
    """Make an instance: name, version of its content, deposed key."""

    def make(name: str = "a", version: int = 0, deposed: str = "", size: int = 20) -> Instance:
        raw = msgspec.json.encode({"name": name, "version": version, "filler": "x" * size})
        return Instance(f"vbrprov_data.{name}", "builtin", msgspec.Raw(raw), deposed=deposed,
                        private={"id": version}, dependencies=["vbrprov_data.other"])

    return make


@pytest.fixture(scope="session")
def make_intent() -> MakeIntent:
    """Make an intent: operation id, name of the instance."""

    def make(op: str, name: str = "a", action: str = "create") -> Intent:
        return Intent(op, f"vbrprov_data.{name}", action, "create", "vbrprov_data", "builtin",
                      {"name": name}, token=f"token-{op}", created="2026-01-01T00:00:00Z")

    return make


class Stack:
    """A state in a folder of its own, with its second place beside it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "stack"
        self.folder.mkdir(exist_ok=True)
        self.path = self.folder / "vbrprov.vbrstate"
        self.journal = self.folder / "vbrprov.vbrstate.journal"
        self.marker = self.folder / "vbrprov.vbrstate.lineage"
        self.lock = self.folder / "vbrprov.vbrstate.lock"
        self.spills = root / "spills"
        self.reports: list[str] = []
        self.backend = LocalBackend(
            self.path, report=self.reports.append, spill_directories=[self.spills]
        )

    def read(self) -> StateData:
        """The state, which must be readable without any remark."""
        data, diagnostics = self.backend.read()
        assert list(diagnostics) == []
        return data

    def error(self) -> str:
        """The one error that reading gives, as text."""
        data, diagnostics = self.backend.read()
        assert data.is_empty
        [diagnostic] = diagnostics
        assert diagnostic.is_error
        return f"{diagnostic.summary}: {diagnostic.detail} {diagnostic.hint}"

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Every file of the folder with its content and time of change."""
        return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in self.folder.iterdir()}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A folder without a state."""
    return Stack(tmp_path)


def content(data: StateData) -> tuple[object, ...]:
    """What two equal states have in common."""
    return (data.lineage, data.instances, data.outputs, data.checks, data.intents)


@pytest.fixture(scope="session")
def content_of() -> Callable[[StateData], tuple[object, ...]]:
    """:func:`content`, for the tests."""
    return content


@pytest.fixture(scope="session")
def stack_in() -> Callable[[Path], Stack]:
    """Make a further stack below a folder."""
    return Stack


@pytest.fixture(scope="session")
def run_child() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python code in a process of its own, with failpoints."""

    def run(
        code: str, *arguments: object, failpoint: str = "", environment: Mapping[str, str] = {}
    ) -> subprocess.CompletedProcess[str]:
        variables = {
            **os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment,
            "VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": failpoint,
        }
        command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
        return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60,
                              check=False)

    return run
