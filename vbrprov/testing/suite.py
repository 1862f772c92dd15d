"""Finding test files and running them one after the other."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from pathlib import Path

import msgspec

from vbrprov.config import DiskFiles, Module, load
from vbrprov.config.load import Parse, file_in
from vbrprov.config.testblocks import FileReader
from vbrprov.config.testfile import TestFile
from vbrprov.config.testpaths import TEST_SUFFIX, test_paths
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.platform_.signals import InterruptWatcher
from vbrprov.syntax import ast, parse_config
from vbrprov.testing.files import FileRunner, Shared
from vbrprov.testing.private import PrivateSandbox
from vbrprov.testing.report import FileResult, Status, View
from vbrprov.values import Unknown, Value
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.prepare import installed, make_context
from vbrprov.workflow.request import Request
from vbrprov.workflow.variables import AUTO, MAIN, collect


class Chosen(msgspec.Struct, frozen=True):
    """Which tests to run: files of that folder and the root, or of them only those *files*."""

    folder: str = "tests"
    files: Collection[str] = ()


class Sources:
    """Texts for diagnostics, as a module has them."""

    def __init__(self, sources: dict[str, SourceFile]) -> None:
        self.sources = sources

    def walk(self) -> list[Sources]:
        """Itself."""
        return [self]


def run_tests(request: Request, runtime: Surroundings, chosen: Chosen,
              view: View) -> list[FileResult] | None:
    """Run all chosen test files; ``None`` when they cannot be read."""
    diags = runtime.diags
    parsed: dict[tuple[str, str], tuple[ast.Body, Diagnostics]] = {}

    def parse(source: SourceFile) -> tuple[ast.Body, Diagnostics]:
        # Every run loads its configuration afresh; the texts stay the same.
        key = (source.name, source.text)
        if key not in parsed:
            parsed[key] = parse_config(source)
        return parsed[key]

    root, found = load(request.directory, DiskFiles(), parse,
                       installed(request, runtime.redactor))
    runtime.add_sources(root)
    diags.extend(found)
    reader = FileReader(DiskFiles(), parse, diags)
    files = [reader.test_file(path) for path in _paths(request, chosen, diags)]
    runtime.add_sources(Sources(reader.sources))
    if diags.has_errors:
        return None
    view.found({file.path: list(file.runs) for file in files})
    results = _run_all(request, runtime, chosen, view, root, files, parse)
    counts = {status.value: sum(run.status is status for one in results for run in one.runs)
              for status in Status}
    worst = Status.PASSED
    for one in results:
        worst = worst.merge(one.status)
    view.summary(worst, counts)
    return results


def _run_all(request: Request, runtime: Surroundings, chosen: Chosen, view: View, root: Module,
             files: list[TestFile], parse: Parse) -> list[FileResult]:
    out: list[FileResult] = []
    # The sandbox may hold files open for a moment after it was told to stop.
    files_of_run = tempfile.TemporaryDirectory(prefix="vbrprov-test-", ignore_cleanup_errors=True)
    with files_of_run as folder, InterruptWatcher() as watcher:
        sandbox = PrivateSandbox(Path(folder) / "sandbox")
        context = make_context(request.directory, applying=True)
        shared = Shared(runtime, view, parse, context, sandbox, Path(folder),
                        request.environ, watcher.stop, watcher.abandon)
        try:
            for file in files:
                found = Diagnostics()
                base = _inputs(request, chosen, root, file, found)
                view.diagnostics(list(found))
                if found.has_errors:
                    out.append(FileResult(file.path, Status.ERRED))
                    continue
                out.append(FileRunner(shared, file, base, root.variables).run())
        finally:
            sandbox.close()
        if watcher.stop.is_set():
            runtime.diags.error("Interrupted", "The tests were interrupted. What had been made was "
                                "taken down; runs that had not begun were skipped.")
    return out


def _paths(request: Request, chosen: Chosen, diags: Diagnostics) -> list[str]:
    out = test_paths(request.directory, chosen.folder, DiskFiles())
    if not chosen.files:
        return out
    wanted = {os.path.normpath(name) for name in chosen.files}
    for name in sorted(wanted - set(out)):
        diags.warning("Unknown test file", f'There is no test file "{name}"; -filter takes the '
                      f"paths as they are shown, such as tests{os.sep}main{TEST_SUFFIX}.")
    return [path for path in out if path in wanted]


def _inputs(request: Request, chosen: Chosen, root: Module, file: TestFile,
            diags: Diagnostics) -> dict[str, Value]:
    """Values of the root module's variables from outside the test file."""
    further: list[tuple[str, str]] = []
    folder = os.path.normpath(chosen.folder)
    if file.path != Path(file.path).name:
        names = DiskFiles().names(folder)
        found = [n for n in names if n == MAIN] + sorted(n for n in names if n.endswith(AUTO))
        further = [("file", file_in(folder, name)) for name in found]
    request = msgspec.structs.replace(request, variables=(*further, *request.variables),
                                      allow_missing_variables=True)
    context = make_context(request.directory, applying=False)
    inputs = collect(request, root, DiskFiles(), parse_config, context, diags)
    # What is missing may be given in the test file.
    return {n: value for n, value in inputs.values.items() if not isinstance(value, Unknown)}
