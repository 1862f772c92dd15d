"""What comes of a call: counted, reported, told to those that wait for it."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.addrs import config_address
from vbrprov.apply.order import Task
from vbrprov.apply.preparing import expand_block, restore
from vbrprov.apply.run import Run
from vbrprov.apply.steps import AwaitingError, InstanceRun
from vbrprov.apply.workers import Finished, NotStartedError, action_of
from vbrprov.config.model import Resource
from vbrprov.plan.model import Action, Change
from vbrprov.sdk.resource import ProviderError
from vbrprov.state.errors import JournalFailed, StateError
from vbrprov.values import Value


def finish_now(run: Run, task: Task, change: Change, steps: InstanceRun, *,
               destroying: bool = False) -> None:
    """Take the steps of an instance that no service has anything to do with."""
    action = action_of(change, destroying=destroying)
    run.environment.event("apply_start", address=change.address, action=action)
    values = steps.run()
    complete(run, Finished(task, change, values, None, 0.0), destroying=destroying)


def complete(run: Run, finished: Finished, *, destroying: bool) -> None:
    """Count and report how an instance ended; its values are there for others from now on."""
    change = finished.change
    action = action_of(change, destroying=destroying)
    if isinstance(finished.error, AwaitingError):
        run.hold(finished.task, change, finished.error.work)
        run.environment.event("apply_awaiting", address=change.address, action=action,
                              seconds=finished.seconds, work=finished.error.work)
        return
    if finished.error is not None:
        run.bad.add(finished.task)
        if isinstance(finished.error, NotStartedError):
            return
        run.applied.failed += 1
        _report(run, finished.error, change)
        if not destroying and change.action is Action.REPLACE and not run.fatal.is_set():
            restore(run, change)
        run.environment.event("apply_errored", address=change.address, action=action,
                                   seconds=finished.seconds)
        return
    run.environment.event("apply_complete", address=change.address, action=action,
                               seconds=finished.seconds,
                               id=_shown_id(finished.values or change.before))
    if destroying:
        run.applied.destroyed += 1
        return
    if change.mode == "managed":
        if change.action is Action.UPDATE:
            run.applied.changed += 1
        else:
            run.applied.added += 1
    if finished.values is not None:
        repeated = run.world.resources[(change.module, _key(change))]
        repeated.values[change.key] = dict(finished.values)
        repeated.combined = None
        if run.settled is not None:
            run.settled(change, finished.values)
        _check_made(run, finished.task, change, finished.values)


def _check_made(run: Run, task: Task, change: Change,
                values: Mapping[str, Value]) -> None:
    """Postconditions, now that all is known: what depends on the instance must not go on."""
    assert change.node is not None
    declared: Resource = run.graph.nodes[change.node].declared
    if not declared.lifecycle.postconditions:
        return
    repetition = expand_block(run, declared, change.module, quiet=True).repetition(change.key)
    scope = run.world.scope(change.module, {**repetition, "self": dict(values)})
    if not run.walk.conditions(declared.lifecycle.postconditions, scope,
                                    "Resource postcondition failed", None, change.address,
                                    (config_address(change.address), change.address)):
        run.bad.add(task)
        run.applied.failed += 1


def _report(run: Run, error: Exception, change: Change) -> None:
    node = run.graph.nodes.get(change.node) if change.node is not None else None
    declared = node.declared if node is not None else None
    where = declared.range if declared is not None else None
    if isinstance(error, ProviderError):
        run.diags.error(error.summary, error.detail, where, address=change.address,
                             hint=error.hint)
    elif isinstance(error, StateError):
        run.diags.add(error.diagnostic)
        if isinstance(error, JournalFailed):
            run.fatal.set()
    else:
        run.diags.error(
            "Internal fault", f"{change.address}: {type(error).__name__}: {error}. This is a bug "
            "in vbrprov.", where, address=change.address)


def _key(change: Change) -> str:
    kind = "data." if change.mode == "data" else ""
    return f"{kind}{change.type}.{change.name}"


def _shown_id(values: Mapping[str, Value] | None) -> str:
    found = values.get("id") if values else None
    return found if isinstance(found, str) else ""
