"""Applying: plan (or a saved plan), consent, execution, state."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from vbrprov.apply.executor import Executor
from vbrprov.apply.run import Applied
from vbrprov.diag import Diagnostics
from vbrprov.plan.causes import listed
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Plan
from vbrprov.plan.narrowing import incomplete
from vbrprov.platform_.signals import InterruptWatcher
from vbrprov.state.backend import StateBackend
from vbrprov.state.errors import StateError
from vbrprov.state.session import StateSession
from vbrprov.workflow.backend import open_session
from vbrprov.workflow.plan import Planned, make_plan
from vbrprov.workflow.prepare import Prepared, make_context
from vbrprov.workflow.request import Request

#: Shows the plan and asks; whether to go on.
Consent = Callable[[Plan], bool]
#: Makes the plan inside the locked session.
MakePlan = Callable[[StateSession], Planned]


class Outcome(msgspec.Struct):
    """How an apply ended."""

    plan: Plan | None = None
    applied: Applied | None = None
    outputs: dict[str, object] = {}
    refused: bool = False
    session_data: object = None
    #: 128 + the number of the second signal, when there was one.
    signal_status: int = 0


def apply(request: Request, prepared: Prepared, backend: StateBackend, environment: Environment,
          diags: Diagnostics, consent: Consent, *, make: MakePlan | None = None,
          operation: str = "apply") -> Outcome:
    """Plan and apply under the lock of the state.

    Nothing is changed when the plan has errors or consent is not given.
    """
    outcome = Outcome()
    try:
        with InterruptWatcher(environment.on_signal) as watcher, open_session(
                backend, operation, request, diags, stop=watcher.stop) as session:
            environment.stop, environment.abandon = watcher.stop, watcher.abandon
            diags.extend(session.diagnostics)
            planned = make(session) if make is not None else make_plan(
                prepared, session.data, request.options, environment, diags, session=session)
            outcome.plan = planned.plan
            try:
                if diags.has_errors:
                    diags.extend(planned.plan.warnings)
                    outcome.refused = True
                elif not planned.plan.has_changes or consent(planned.plan):
                    outcome.applied = execute(
                        planned, session, environment, diags, request).applied
                else:
                    outcome.refused = True
            finally:
                planned.clients.report_to(diags)
                planned.clients.close()
                if watcher.count > 1:
                    outcome.signal_status = watcher.exit_status
            outcome.session_data = session.data
    except StateError as error:
        diags.add(error.diagnostic)
    return outcome


def execute(planned: Planned, session: StateSession, environment: Environment, diags: Diagnostics,
            request: Request) -> Executor:
    """Carry a plan out; the executor knows what became of it, and all values."""
    prepared = planned.prepared
    context = make_context(request.directory, applying=True,
                           plan_time=prepared.context.plan_time,
                           root_dir=prepared.context.root_dir, also=prepared.context.also,
                           redactor=environment.redactor)
    executor = Executor(planned.plan, prepared.graph, session, environment, context,
                        planned.clients, workspace=prepared.workspace,
                        gate=planned.guard.gate, preview=planned.guard.preview,
                        settled=planned.guard.settled)
    applied = executor.run()
    applied.interrupted = environment.stop.is_set()
    diags.extend(executor.diags)
    if planned.plan.unsettled:
        diags.error("Something is left open", "Everything else is applied, but of "
                    f"{listed(planned.plan.unsettled)} it still cannot be told whether an "
                    "interrupted run made it. See the warning above for what to do.")
    if planned.plan.partial:
        incomplete(planned.plan.options, diags)
    if environment.abandon.is_set():
        diags.error("Interrupted", "The run was interrupted twice. What was done is recorded, "
                    "though not finished everywhere. Run apply again to go on.")
    elif applied.interrupted:
        diags.error("Interrupted", "The run was interrupted. What was begun is finished and "
                    "recorded; the rest was not started. Run apply again to go on.")
    return executor
