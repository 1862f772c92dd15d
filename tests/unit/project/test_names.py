"""One new thing is one new file, and the file has the name of the thing."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Parse = Callable[[Path], ast.Module]


def modules(folder: Path) -> list[Path]:
    """The modules of a folder that define one thing each; none where there is no such folder."""
    return [path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")]


def constants(tree: ast.Module, attribute: str) -> list[Any]:
    """What the classes of a module assign to *attribute*; None for what is no plain constant."""
    found = []
    for node in tree.body:
        for line in node.body if isinstance(node, ast.ClassDef) else []:
            match line:
                case (ast.Assign(targets=[ast.Name(id=name)], value=value)
                      | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)):
                    if name == attribute:
                        found.append(value.value if isinstance(value, ast.Constant) else None)
    return found


def test_each_function_is_in_the_file_of_its_name(checkout: Path) -> None:
    wrong = {}
    for path in modules(checkout / "vbrprov" / "functions"):
        function = importlib.import_module(f"vbrprov.functions.{path.stem}").FUNCTION
        if function.name != path.stem.rstrip("_"):
            wrong[path.name] = function.name
    assert not wrong


@pytest.mark.parametrize("kind", ["resources", "data_sources"])
def test_each_type_is_in_the_file_of_its_name(
    kind: str, packages: list[Path], parse: Parse,
) -> None:
    wrong = {}
    for folder in (package / kind for package in packages):
        package = folder.parent.name
        provider = getattr(importlib.import_module(package), "PROVIDER", None)
        prefix = f"{provider.name if provider else package.removeprefix('vbrprov_')}_"
        for path in modules(folder):
            names = constants(parse(path), "type_name")
            if names != [prefix + path.stem]:
                wrong[str(path)] = names
    assert not wrong


def test_each_builtin_type_is_in_the_file_of_its_name(checkout: Path, parse: Parse) -> None:
    found = {path.stem: constants(parse(path), "type_name")
             for path in modules(checkout / "vbrprov" / "builtin" / "resources")}
    assert found == {stem: [f"vbrprov_{stem}"] for stem in found}


def test_each_rule_is_in_the_file_of_its_id(packages: list[Path], parse: Parse) -> None:
    wrong = {}
    for path in (path for package in packages[1:] for path in modules(package / "rules")):
        ids = constants(parse(path), "rule_id")
        if not re.fullmatch(r"vbr\d{3}_\w+", path.stem) or ids != [path.stem[:6].upper()]:
            wrong[str(path)] = ids
    assert not wrong
