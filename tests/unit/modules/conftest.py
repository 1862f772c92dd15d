"""Fixtures of the module tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from module_world import GIT, Repository, Root, Server  # found through the line above


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Root:
    """An empty folder for a configuration; the process works there."""
    folder = tmp_path / "root"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Root(folder)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A git repository with one commit, tagged v1.0.0, whose module gives the text "one"."""
    if GIT is None:
        pytest.skip("git is not installed")
    made = Repository(tmp_path / "repository")
    made.commit("one", tag="v1.0.0")
    return made


@pytest.fixture
def server(tmp_path: Path):
    """An HTTP server on loopback, in a thread of its own."""
    made = Server(tmp_path / "served")
    yield made
    made.close()
