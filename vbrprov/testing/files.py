"""Running one test file."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from vbrprov.config import Module
from vbrprov.config.load import Parse
from vbrprov.config.model import Expression, Variable
from vbrprov.config.testfile import RunBlock, TestFile
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.world import World
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.sandbox import SandboxError
from vbrprov.sdk.function import FunctionContext
from vbrprov.state.errors import StateError
from vbrprov.testing.asserts import check_scope, judge
from vbrprov.testing.configuration import Loaded, load_run, value_of
from vbrprov.testing.doubles import DoubledRegistry
from vbrprov.testing.expected import Expectations
from vbrprov.testing.private import PrivateSandbox
from vbrprov.testing.report import FileResult, RunResult, Status, View
from vbrprov.testing.scope import TestScope
from vbrprov.testing.stacks import Ended, Stack
from vbrprov.values import EPHEMERAL, SENSITIVE, Value, mark, unmark
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.prepare import hide


class Shared(msgspec.Struct):
    """What the files of one test run share."""

    runtime: Surroundings
    view: View
    parse: Parse
    context: FunctionContext
    sandbox: PrivateSandbox
    folder: Path
    environ: Mapping[str, str]
    stop: threading.Event
    abandon: threading.Event


class FileRunner:
    """Runs the blocks of one file in order, then takes down what they made."""

    def __init__(self, shared: Shared, file: TestFile, base: Mapping[str, Value],
                 declared: Mapping[str, Variable]) -> None:
        self.shared = shared
        self.file = file
        self._declared = declared
        self.base = {name: self._marked(name, value) for name, value in base.items()}
        self.done: dict[str, Value] = {}
        self.stacks: dict[str, Stack] = {}
        self.result = FileResult(file.path)

    def run(self) -> FileResult:
        """Run everything."""
        view, path, result = self.shared.view, self.file.path, self.result
        view.file(path, "starting")
        diags = Diagnostics()
        variables = self._variables(self.file.variables, self.base, diags)
        view.diagnostics(list(diags))
        if diags.has_errors:
            result.status = Status.ERRED
        for block in self.file.runs.values():
            one = RunResult(block.name)
            if result.status is not Status.ERRED and not self.shared.stop.is_set():
                view.run_starts(path, block.name)
                one = self._one(block, variables)
            result.runs.append(one)
            result.status = result.status.merge(one.status)
            view.run_ends(path, one)
        view.file(path, "teardown")
        self._take_down()
        self.shared.sandbox.reset()
        if not result.runs and result.status is Status.SKIPPED:
            result.status = Status.PASSED
        view.file(path, "complete", result.status)
        return result

    def _scope(self, variables: Mapping[str, Value], world: World | None = None) -> TestScope:
        inner = world.scope(()) if world is not None else None
        return TestScope(self.shared.context, variables, self.done, self.file.runs.keys(), inner)

    def _variables(self, given: Mapping[str, Expression], before: Mapping[str, Value],
                   diags: Diagnostics) -> dict[str, Value]:
        """*before* with the variables *given* in the file; each may refer to the ones above it."""
        out = dict(before)
        for name, expression in given.items():
            value = value_of(expression, self._scope(out), diags)
            if value is not None:
                out[name] = self._marked(name, value)
        return out

    def _marked(self, name: str, value: Value) -> Value:
        """A value with the marks that the variable of that name has in the configuration."""
        declared = self._declared.get(name)
        if declared is None:
            return value
        marks = [one for one, given in ((SENSITIVE, declared.sensitive),
                                          (EPHEMERAL, declared.ephemeral)) if given]
        if declared.sensitive:
            hide(value, self.shared.runtime.redactor.add)
        return mark(value, marks) if marks else value

    def _one(self, run: RunBlock, variables: Mapping[str, Value]) -> RunResult:
        started = time.monotonic()
        result = RunResult(run.name, Status.PASSED, started=time.time(), asserts=len(run.asserts))
        diags = Diagnostics()
        given = self._variables(run.variables, variables, diags)
        scope = self._scope(given)
        # Whether a variable is ephemeral, the module under test says itself.
        handed = {name: mark(inner, marks - {EPHEMERAL})
                  for name, value in given.items() for inner, marks in [unmark(value)]}
        root, loaded = load_run(self.file, run, handed, scope, self.shared.parse,
                                self.shared.runtime.redactor, self.shared.environ, diags)
        self.shared.runtime.add_sources(root)
        if loaded is not None:
            check_scope(run, root, given, diags)
            expected = Expectations(run, root, diags)
            options = _options(run, diags)
            environment = None if diags.has_errors else self._environment(loaded, run, diags)
            if environment is not None and options is not None:
                result.root = root
                self._perform(run, loaded, options, environment, expected, given, diags, result)
        if diags.has_errors and result.status is Status.PASSED:
            result.status = Status.ERRED
        result.diags = list(diags)
        result.seconds = time.monotonic() - started
        return result

    def _perform(self, run: RunBlock, loaded: Loaded, options: Options, environment: Environment,
                 expected: Expectations, given: Mapping[str, Value], diags: Diagnostics,
                 result: RunResult) -> None:
        stack = self._stack(run)
        found = Diagnostics()
        if run.plan_only:
            ended = stack.plan(loaded, options, environment, found)
            result.plan = ended.plan
        else:
            def planned_well(reported: Diagnostics) -> bool:
                diags.extend(expected.sift(reported, before_apply=True))
                return not diags.has_errors

            ended = stack.apply(loaded, options, environment, found, planned_well, run.name)
            key = run.state_key or run.module
            self.stacks[key] = self.stacks.pop(key)
        diags.extend(expected.sift(found))
        result.state = ended.state
        if diags.has_errors or ended.world is None:
            return
        fine, sound = judge(run, self._scope(given, ended.world), diags)
        missing = expected.missing()
        diags.extend(missing)
        self.done[run.name] = self._outputs(loaded.prepared.root, ended)
        if missing or not sound:
            result.status = Status.ERRED
        elif not fine:
            result.status = Status.FAILED

    @staticmethod
    def _outputs(root: Module, ended: Ended) -> Value:
        assert ended.world is not None
        known = ended.world.outputs
        return {name: known[((), name)] for name in root.outputs if ((), name) in known}

    def _stack(self, run: RunBlock) -> Stack:
        key = run.state_key or run.module
        if key not in self.stacks:
            name = f"{self.file.path}-{len(self.stacks)}".replace(os.sep, "_")
            self.stacks[key] = Stack(self.shared.folder / f"{name}.vbrstate")
        return self.stacks[key]

    def _environment(self, loaded: Loaded, run: RunBlock,
                     diags: Diagnostics) -> Environment | None:
        """Providers without a mock work on the sandbox: a test never reaches a real service."""
        real = [key for key in loaded.prepared.graph.nodes if key[1] == "provider" and (
            key[0] or f"provider.{key[2]}" not in loaded.doubles.clients)]
        endpoints: Mapping[str, Mapping[str, Any]] = {}
        if real:
            try:
                endpoints = self.shared.sandbox.endpoints()
            except SandboxError as error:
                diags.error("The sandbox does not start", f"{error} Or mock the provider with a "
                            "mock_provider block.", run.range)
                return None
        made = self.shared.runtime.environment(sandbox=endpoints)
        made.stop, made.abandon = self.shared.stop, self.shared.abandon
        made.stand_ins = dict(loaded.doubles.clients)
        made.registry = DoubledRegistry(made.registry, loaded.doubles)
        return made

    def _take_down(self) -> None:
        for stack in reversed(self.stacks.values()):
            if not stack.last:
                continue
            diags = Diagnostics()
            try:
                left = stack.destroy(diags)
            except StateError as error:
                diags.add(error.diagnostic)
                left = []
            if left or diags.has_errors:
                self.result.status = Status.ERRED
            self.shared.view.teardown(self.file.path, stack.last, list(diags), left)


def _options(run: RunBlock, diags: Diagnostics) -> Options | None:
    """How the run is planned; ``None`` (reported) for what does not go together."""
    chosen = run.choices
    if chosen.refresh_only and chosen.replace:
        diags.error("Incompatible plan options", "Nothing can be replaced in the refresh-only "
                    "mode, which changes nothing.", chosen.range)
        return None
    return Options(refresh=chosen.refresh, refresh_only=chosen.refresh_only,
                   replace=tuple(n.text for n in chosen.replace),
                   targets=tuple(n.text for n in chosen.targets))
