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


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """What every ``repository`` is a copy of."""
    if GIT is None:
        pytest.skip("git is not installed")
    made = Repository(tmp_path_factory.mktemp("git") / "repository")
    made.commit("one", tag="v1.0.0")
    return made


@pytest.fixture(scope="session")
def later(first: Repository, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """What every ``history`` is a copy of."""
    made = Repository(tmp_path_factory.mktemp("git") / "repository", first)
    made.commit("one-one", tag="v1.1.0")
    made.commit("beta", tag="v1.2.0-beta")
    made.commit("two", tag="2.0.0")
    made.git("tag", "-a", "v2.1.0", "-m", "annotated")
    made.git("tag", "nightly")
    made.git("tag", "v3")
    made.git("tag", "v9.0.0-", "HEAD")
    made.git("checkout", "-q", "-b", "feature/x")
    made.commit("feature")
    made.git("checkout", "-q", "main")
    made.commit("head")
    return made


@pytest.fixture
def repository(first: Repository, tmp_path: Path) -> Repository:
    """A git repository with one commit, tagged v1.0.0, whose module gives the text "one"."""
    return Repository(tmp_path / "repository", first)


@pytest.fixture
def history(later: Repository, tmp_path: Path) -> Repository:
    """Versions 1.0.0, 1.1.0, 2.0.0 and 2.1.0, a pre-release and a branch."""
    return Repository(tmp_path / "repository", later)


@pytest.fixture
def server(tmp_path: Path):
    """An HTTP server on loopback, in a thread of its own."""
    made = Server(tmp_path / "served")
    yield made
    made.close()
