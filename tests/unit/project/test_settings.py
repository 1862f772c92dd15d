"""The settings of the tools agree with each other, and none of them looks away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Project = dict[str, Any]


def contracts(project: Project) -> list[dict[str, Any]]:
    return list(project["tool"]["importlinter"]["contracts"])


def test_no_import_contract_has_exceptions(project: Project) -> None:
    assert contracts(project)
    assert not [rule["name"] for rule in contracts(project) if rule.get("ignore_imports")]


def test_no_type_error_is_ignored_wholesale(project: Project) -> None:
    mypy = project["tool"]["mypy"]
    assert mypy["strict"] is True
    softened = {"disable_error_code", "exclude", "follow_imports", "ignore_errors"}
    assert not softened & mypy.keys()
    assert not [rule for rule in mypy["overrides"] if softened & rule.keys()]


def test_every_ignored_lint_rule_has_its_reason_beside_it(checkout: Path) -> None:
    text = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    lint = text[text.index("[tool.ruff.lint]"):text.index("[tool.ruff.lint.flake8-tidy-imports]")]
    lint = lint[lint.index("\nignore = ["):]
    rules = re.findall(r'^  "[A-Z]+\d*",(.*)$', lint, re.MULTILINE)
    assert len(rules) > 5
    assert not [rest for rest in rules if not re.fullmatch(r" +# .{10,}", rest)]


def test_all_tools_know_the_same_packages(project: Project, packages: list[Path]) -> None:
    names = {package.name for package in packages}
    tool = project["tool"]
    built = tool["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {path.rpartition("/")[2] for path in built} == names
    assert set(tool["check-wheel-contents"]["toplevel"]) == names
    assert set(tool["importlinter"]["root_packages"]) == names
    assert set(tool["ruff"]["lint"]["isort"]["known-first-party"]) == names


def test_core_is_wholly_behind_the_sdk(project: Project, checkout: Path) -> None:
    core = {path.parent.name for path in (checkout / "vbrprov").glob("*/__init__.py")}
    protected = next(rule for rule in contracts(project) if rule.get("id") == "sdk")
    names = {name.removeprefix("vbrprov.") for name in protected["protected_modules"]}
    assert names == core - {"sdk", "policy"}  # docs/adr/0010


def test_tools_are_pinned_and_libraries_are_not(project: Project) -> None:
    dev = [Requirement(line) for line in project["project"]["optional-dependencies"]["dev"]]
    assert not [str(line) for line in dev if not re.fullmatch(r"==[\w.]+", str(line.specifier))]
    libraries = [Requirement(line) for line in project["project"]["dependencies"]]
    assert not [str(line) for line in libraries if ">=" not in str(line.specifier)]


def test_the_lock_file_pins_every_requirement(project: Project, checkout: Path) -> None:
    lines = (checkout / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = {}
    for line in lines:
        if not line.startswith("#"):
            pin = re.fullmatch(r"([\w.-]+)==([\w.+!-]+)", line)
            assert pin, f"not a plain pin: {line}"
            locked[canonicalize_name(pin[1])] = pin[2]
    groups = project["project"]["optional-dependencies"]
    wanted = [Requirement(line) for line in [*project["project"]["dependencies"],
                                             *groups["dev"], *groups["sandbox"]]]
    assert not [str(line) for line in wanted
                if locked.get(canonicalize_name(line.name), "0") not in line.specifier]


def test_the_version_is_in_one_place(project: Project) -> None:
    assert project["project"]["dynamic"] == ["version"]
