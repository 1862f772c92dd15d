"""What comes of a call: counted, reported, told to those that wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vbrprov.addrs import config_address
from vbrprov.apply.order import Task
from vbrprov.apply.preparing import expand_block, restore
from vbrprov.apply.steps import InstanceRun
from vbrprov.apply.workers import Finished, NotStartedError, action_of
from vbrprov.config.model import Resource
from vbrprov.plan.model import Action, Change
from vbrprov.sdk.resource import ProviderError
from vbrprov.state.errors import JournalFailed, StateError
from vbrprov.values import Value, bare

if TYPE_CHECKING:
    from vbrprov.apply.executor import Executor


def finish_now(executor: Executor, task: Task, change: Change, run: InstanceRun, *,
               destroying: bool = False) -> None:
    """Take the steps of an instance that no service has anything to do with."""
    action = action_of(change, destroying=destroying)
    executor.environment.event("apply_start", address=change.address, action=action)
    values = run.run()
    complete(executor, Finished(task, change, values, None, 0.0), destroying=destroying)


def complete(executor: Executor, finished: Finished, *, destroying: bool) -> None:
    """Count and report how an instance ended; its values are there for others from now on."""
    change = finished.change
    action = action_of(change, destroying=destroying)
    if finished.error is not None:
        executor.bad.add(finished.task)
        if isinstance(finished.error, NotStartedError):
            return
        executor.applied.failed += 1
        _report(executor, finished.error, change)
        if not destroying and change.action is Action.REPLACE and not executor.fatal.is_set():
            restore(executor, change)
        executor.environment.event("apply_errored", address=change.address, action=action,
                                   seconds=finished.seconds)
        return
    executor.environment.event("apply_complete", address=change.address, action=action,
                               seconds=finished.seconds,
                               id=_shown_id(finished.values or change.before))
    if destroying:
        executor.applied.destroyed += 1
        return
    if change.mode == "managed":
        if change.action is Action.UPDATE:
            executor.applied.changed += 1
        else:
            executor.applied.added += 1
    if finished.values is not None:
        repeated = executor.world.resources[(change.module, _key(change))]
        repeated.values[change.key] = dict(finished.values)
        repeated.combined = None
        if executor.settled is not None:
            executor.settled(change, finished.values)
        _check_made(executor, finished.task, change, finished.values)


def _check_made(executor: Executor, task: Task, change: Change,
                values: Mapping[str, Value]) -> None:
    """Postconditions, now that all is known: what depends on the instance must not go on."""
    assert change.node is not None
    declared: Resource = executor.graph.nodes[change.node].declared
    if not declared.lifecycle.postconditions:
        return
    repetition = expand_block(executor, declared, change.module, quiet=True).repetition(change.key)
    scope = executor.world.scope(change.module, {**repetition, "self": dict(values)})
    if not executor.walk.conditions(declared.lifecycle.postconditions, scope,
                                    "Resource postcondition failed", None, change.address,
                                    (config_address(change.address), change.address)):
        executor.bad.add(task)
        executor.applied.failed += 1


def _report(executor: Executor, error: Exception, change: Change) -> None:
    node = executor.graph.nodes.get(change.node) if change.node is not None else None
    declared = node.declared if node is not None else None
    where = declared.range if declared is not None else None
    if isinstance(error, ProviderError):
        executor.diags.error(error.summary, error.detail, where, address=change.address,
                             hint=error.hint)
    elif isinstance(error, StateError):
        executor.diags.add(error.diagnostic)
        if isinstance(error, JournalFailed):
            executor.fatal.set()
    else:
        executor.diags.error(
            "Internal fault", f"{change.address}: {type(error).__name__}: {error}. This is a bug "
            "in vbrprov.", where, address=change.address)


def _key(change: Change) -> str:
    kind = "data." if change.mode == "data" else ""
    return f"{kind}{change.type}.{change.name}"


def _shown_id(values: Mapping[str, Value] | None) -> str:
    found = bare(values.get("id")) if values else None
    return found if isinstance(found, str) else ""
