"""Objects that go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov.addrs import provider_name
from vbrprov.apply.finishing import finish_now
from vbrprov.apply.order import Task
from vbrprov.apply.preparing import no_client
from vbrprov.apply.steps import InstanceRun
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.model import Action, Change
from vbrprov.sdk.resource import Recovery

if TYPE_CHECKING:
    from vbrprov.apply.executor import Executor


def start_delete(executor: Executor, task: Task, change: Change) -> bool:
    """Begin to destroy, or forget, an object; whether nothing of it is under way."""
    if executor.stopping():
        executor.bad.add(task)
        return True
    old = change.prior
    if old is None:
        return True
    deposed = change.deposed or old.deposed
    key = (change.address, deposed)
    if change.action is Action.FORGET:
        executor.session.remove(key, sync=False)
        return True
    if key not in executor.session.data.instances:
        return True
    if (change.action is Action.REPLACE and not change.create_before_destroy
            and not executor.successors.may_go(change)):
        executor.bad.add(task)
        executor.applied.failed += 1
        return True
    if change.forgets_old:
        executor.session.remove(key, sync=False)
        return True
    provider = provider_name(change.provider)
    kind = executor.environment.registry.resource_type(provider, change.type)
    assert kind is not None
    client = executor.clients.get(change.provider)
    if is_deferred(client):
        no_client(executor, change)
        executor.bad.add(task)
        executor.applied.failed += 1
        return True
    values = change.before or {}
    local = kind.recovery is Recovery.LOCAL
    run = InstanceRun(
        change=_for_delete(change, deposed), kind=kind, client=client, session=executor.session,
        environment=executor.environment, action="delete",
        prior=None if local else kind.model.from_values(values), planned=None,
        prior_values=values, planned_values={}, token=old.token, private=dict(old.private),
        deposed=deposed)
    executor.waiting[task] = 0
    if local:
        finish_now(executor, task, change, run, destroying=True)
    else:
        executor.submit(task, change, run.run, destroying=True)
    return executor.waiting[task] == 0


def _for_delete(change: Change, deposed: str) -> Change:
    import copy

    made = copy.copy(change)
    made.deposed = deposed
    return made
