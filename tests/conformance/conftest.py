"""Makes the helpers of this folder importable, whatever the import mode."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sessions import Ours, Session


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """Opens consoles of our own, in this process."""
    return Ours(tmp_path_factory.mktemp("console"))


@pytest.fixture(scope="session")
def plain(ours: Ours) -> Session:
    """A console without a configuration."""
    return ours.open("")
