"""The checkout and its settings, for tests of the project itself."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def project(checkout: Path) -> dict[str, Any]:
    return tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def packages(checkout: Path) -> list[Path]:
    """The folders of all top-level packages."""
    return [checkout / "vbrprov", *sorted((checkout / "providers").glob("vbrprov_*"))]


@pytest.fixture(scope="session")
def parse() -> Callable[[Path], ast.Module]:
    """Parse a source file, once for all tests."""
    trees: dict[Path, ast.Module] = {}

    def parsed(path: Path) -> ast.Module:
        if path not in trees:
            trees[path] = ast.parse(path.read_text(encoding="utf-8"), str(path))
        return trees[path]

    return parsed
