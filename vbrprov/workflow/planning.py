"""What ``plan``, ``apply`` and ``destroy`` begin with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from vbrprov.config import load
from vbrprov.config.load import Files
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.plan.environment import Environment
from vbrprov.platform_.signals import InterruptWatcher
from vbrprov.secrets import Redactor
from vbrprov.state.backend import StateBackend
from vbrprov.state.errors import StateError
from vbrprov.syntax import parse_config
from vbrprov.workflow.backend import open_backend
from vbrprov.workflow.encryption import Codecs, encryption_of
from vbrprov.workflow.packages.installed import Installed
from vbrprov.workflow.plan import Planned, make_plan
from vbrprov.workflow.prepare import Prepared, installed, prepare
from vbrprov.workflow.request import Request, check_options


class Surroundings(Protocol):
    """What a command gives to a use case."""

    diags: Diagnostics
    redactor: Redactor

    def environment(self, *, sandbox: Any = None, parallelism: int = 10,
                    progress: bool = False, untrusted: bool = False) -> Environment:
        """The engine's surroundings."""

    def add_sources(self, root: Any) -> None:
        """Remember the texts that diagnostics quote."""

    def add_source(self, source: SourceFile) -> None:
        """Remember one more."""


class Started(msgspec.Struct):
    """A prepared configuration with its state backend and environment."""

    prepared: Prepared
    backend: StateBackend
    environment: Environment
    codecs: Codecs = msgspec.field(default_factory=Codecs)


class PlanResult(msgspec.Struct):
    """A plan and what it was made with."""

    planned: Planned
    started: Started


def start(request: Request, runtime: Surroundings, *, progress: bool = True,
          files: Files | None = None, plan_time: str = "",
          packages: Installed | None = None) -> Started | None:
    """Prepare the configuration, find the state, start the sandbox where it is asked for."""
    check_options(request.options, runtime.diags)
    if runtime.diags.has_errors:
        return None
    sandbox: Mapping[str, Mapping[str, Any]] | None = None
    state_dir: Path | None = None
    packages = packages or installed(request, runtime.redactor)
    prepared = prepare(request, runtime.diags, runtime.redactor, files=files, plan_time=plan_time,
                       packages=packages)
    if prepared is None:
        root, _ = load(request.directory, files or request.files(), parse_config, packages)
        runtime.add_sources(root)
        return None
    runtime.add_sources(prepared.root)
    if request.sandbox:
        from vbrprov.sandbox import SandboxError, ensure_running

        try:
            info = ensure_running()
        except SandboxError as error:
            runtime.diags.error("The sandbox does not start", str(error))
            return None
        sandbox, state_dir = info.endpoints, info.state_dir(request.directory)
    environment = runtime.environment(sandbox=sandbox, parallelism=request.options.parallelism,
                                      progress=progress, untrusted=request.untrusted)
    codecs = encryption_of(request, prepared.root, runtime.redactor, runtime.diags, prepared.early)
    backend = open_backend(request, prepared.root, runtime.diags, state_dir, prepared.early,
                           redactor=runtime.redactor, codec=codecs.state)
    if runtime.diags.has_errors:
        return None
    environment.book.keeps_values = codecs.state.encrypts
    return Started(prepared, backend, environment, codecs)


def plan_command(request: Request, runtime: Surroundings, *, generate_to: Path | None = None,
                 progress: bool = True) -> PlanResult | None:
    """Make a plan from a consistent reading of the state, without a lock.

    Blocks for imports that have none are written to *generate_to*.
    """
    if generate_to is not None:
        from vbrprov.workflow.generating import check_place, generate

        if not check_place(generate_to, request, runtime.diags):
            return None
    started = start(request, runtime, progress=progress)
    if started is None:
        return None
    with InterruptWatcher(started.environment.on_signal) as watcher:
        started.environment.stop = watcher.stop
        started.environment.abandon = watcher.abandon
        try:
            state, found = started.backend.read()
        except StateError as error:
            runtime.diags.add(error.diagnostic)
            return None
        runtime.diags.extend(found)
        if found.has_errors:
            return None
        if generate_to is not None and not generate(generate_to, request, started, state, runtime):
            return None
        planned = make_plan(started.prepared, state, request.options, started.environment,
                            runtime.diags)
        runtime.diags.extend(planned.plan.warnings)
        planned.clients.close()
    return PlanResult(planned, started)
