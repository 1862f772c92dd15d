"""What is told of a test run while it goes on."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from vbrprov.config import Module
from vbrprov.diag import Diagnostic
from vbrprov.plan.model import Plan
from vbrprov.state.model import StateData


class Status(enum.StrEnum):
    """How a run or a file ended, better first."""

    SKIPPED = "skip"
    PASSED = "pass"
    FAILED = "fail"
    ERRED = "error"

    def merge(self, other: Status) -> Status:
        """The worse of the two."""
        order = list(Status)
        return max(self, other, key=order.index)


class RunResult(msgspec.Struct):
    """One run. ``plan`` or ``state`` is what it ended with, for those who want to see it."""

    name: str
    status: Status = Status.SKIPPED
    diags: Sequence[Diagnostic] = ()
    seconds: float = 0.0
    started: float = 0.0
    asserts: int = 0
    plan: Plan | None = None
    state: StateData | None = None
    root: Module | None = None


class FileResult(msgspec.Struct):
    """One file."""

    path: str
    status: Status = Status.SKIPPED
    runs: list[RunResult] = []


class View(Protocol):
    """Shows a test run."""

    def found(self, files: Mapping[str, list[str]]) -> None:
        """Which runs there are, by file."""

    def file(self, path: str, progress: str, status: str = "") -> None:
        """A file is ``starting``, in ``teardown`` or ``complete``."""

    def run_starts(self, path: str, name: str) -> None:
        """A run begins."""

    def run_ends(self, path: str, result: RunResult) -> None:
        """A run has ended, or was skipped."""

    def teardown(self, path: str, name: str, diags: Sequence[Diagnostic],
                 left: Sequence[str]) -> None:
        """What a run made is taken down; *left* could not be."""

    def diagnostics(self, items: Sequence[Diagnostic]) -> None:
        """What is wrong with a file as a whole."""

    def summary(self, status: str, counts: Mapping[str, int]) -> None:
        """The end. *counts* are by status."""
