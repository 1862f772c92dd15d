"""Diagnostics for other programs: code scanning, test results, annotations of a CI run.

One format, one file with a ``render`` function; found by the name of the file.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from vbrprov.diag import Diagnostic, SourceFile
from vbrprov.sdk.rule import Rule
from vbrprov.views.reports._report import Report

#: Formats that a CI system reads from the log of a run, so that they need no file.
LOGGED = frozenset({"azure", "github"})


def formats() -> list[str]:
    """The names of all formats."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def render(name: str, command: str, items: Iterable[Diagnostic],
           sources: Mapping[str, SourceFile], rules: Mapping[str, Rule], folder: str = "") -> str:
    """*items* in one format.

    Args:
        name: One of `formats`.
        command: The words of the command that found them, such as ``validate``.
        items: The diagnostics.
        sources: The files that they are about, by name.
        rules: The guardrails, by id.
        folder: Where the command worked, seen from where it was called.
    """
    module = importlib.import_module(f"{__name__}.{name}")
    text: str = module.render(Report(command, tuple(items), sources, rules, folder))
    return text
