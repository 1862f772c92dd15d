"""Command lines in processes of their own, and a sandbox for each test process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from launcher import Launcher
from services import Sandbox

MODULES = ["boto3", "botocore.session", "vbrprov_aws.provider", "vbrprov_veeam.api",
           "vbrprov_veeam.provider"]


@pytest.fixture(scope="session")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    """Starts commands."""
    made = Launcher(tmp_path_factory.mktemp("launcher"), modules=MODULES)
    yield made
    made.close()


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory, launcher: Launcher) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path_factory.mktemp("services") / "sandbox", launcher)
    yield made
    made.close()


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Sandbox:
    """The sandbox, empty."""
    _sandbox.reset()
    return _sandbox


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder to work in."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder
