"""Every package says what it is for, and each library has its one place in core."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Parse = Callable[[Path], ast.Module]

# Who may import what in core: one wrapper each, so that a library can be changed in one place,
# and a slow one is loaded by those who need it.
PLACES: dict[str, str | tuple[str, ...]] = {
    "click": "vbrprov/cli/",
    "cryptography": ("vbrprov/secrets/", "vbrprov/functions/rsadecrypt.py"),
    "fcntl": "vbrprov/platform_/",
    "hcl2": "vbrprov/syntax/hclwrite.py",
    "msvcrt": "vbrprov/platform_/",
    "networkx": "vbrprov/graph/analysis.py",
    "platformdirs": "vbrprov/platform_/",
    "re2": "vbrprov/functions/",
    "rich": "vbrprov/views/",
    "signal": "vbrprov/platform_/",
    "yaml": ("vbrprov/functions/", "vbrprov/policy/formats/yaml.py"),
}

# Libraries that are there because a declared one is made of them.
COMES_WITH = {"botocore": {"boto3"}, "werkzeug": {"moto"}}


def sources(packages: list[Path]) -> Iterator[Path]:
    """All source files of the packages."""
    for package in packages:
        yield from sorted(package.rglob("*.py"))


def test_every_folder_of_code_is_a_package(packages: list[Path]) -> None:
    folders = {path.parent for path in sources(packages)}
    assert not [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()]


def test_every_package_says_what_belongs_there(packages: list[Path], parse: Parse) -> None:
    inits = [path for path in sources(packages) if path.name == "__init__.py"]
    assert len(inits) >= len(packages)
    assert not [path for path in inits if not ast.get_docstring(parse(path))]


def test_every_package_is_typed(packages: list[Path]) -> None:
    assert not [package for package in packages if not (package / "py.typed").is_file()]


@pytest.mark.parametrize("library", PLACES)
def test_in_core_one_place_imports(library: str, checkout: Path, parse: Parse) -> None:
    importers = {
        path.relative_to(checkout).as_posix()
        for path in sources([checkout / "vbrprov"]) if library in imported(parse(path))
    }
    assert not [path for path in sorted(importers) if not path.startswith(PLACES[library])]


def test_every_library_is_declared(
    packages: list[Path], parse: Parse, project: dict[str, Any],
) -> None:
    extras = project["project"]["optional-dependencies"]
    lines = [*project["project"]["dependencies"], *extras["sandbox"],
             *extras["winrm"]]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    ours = {package.name for package in packages}
    names = {name for path in sources(packages) for name in imported(parse(path))}
    installed = packages_distributions()
    undeclared = {}
    for name in sorted(names - ours - sys.stdlib_module_names):
        found = {canonicalize_name(each) for each in installed.get(name, [])}
        if not (found | COMES_WITH.get(name, set())) & declared:
            undeclared[name] = sorted(found)
    assert not undeclared


def imported(tree: ast.Module) -> set[str]:
    """The top-level names of all that a module imports, at any depth of its code."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
