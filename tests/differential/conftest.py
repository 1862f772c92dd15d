"""Makes the helpers of this folder and of the conformance tests importable; the two programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "conformance"))
sys.path.insert(0, str(Path(__file__).parent))

from comparing import Pair
from expressions_alike import furnish, open_session
from launcher import Launcher
from reference import find
from sessions import Session


@pytest.fixture(scope="session")
def terraform() -> str:
    """The reference program."""
    program = find()
    if program is None:
        pytest.skip("there is no terraform to compare with")
    return program


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files and local values for expressions."""
    return furnish(tmp_path_factory.mktemp("furnished"))


@pytest.fixture(scope="session")
def session(folder: Path) -> Session:
    """Our console in that folder."""
    return open_session(folder)


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both programs; ours alone where there is no other."""
    place = tmp_path_factory.mktemp("pair")
    launcher = Launcher(place / "launcher")
    yield Pair(find() or "terraform", launcher, place / "home")
    launcher.close()
