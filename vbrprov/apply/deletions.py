"""Objects that go."""

from __future__ import annotations

from vbrprov.addrs import provider_name
from vbrprov.apply.finishing import finish_now
from vbrprov.apply.order import Task
from vbrprov.apply.preparing import no_client
from vbrprov.apply.run import Run
from vbrprov.apply.steps import InstanceRun
from vbrprov.apply.successors import Successors
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.model import Action, Change
from vbrprov.sdk.resource import Recovery


def start_delete(run: Run, task: Task, change: Change, successors: Successors) -> bool:
    """Begin to destroy, or forget, an object; whether nothing of it is under way."""
    if run.stopping():
        run.bad.add(task)
        return True
    old = change.prior
    if old is None:
        return True
    deposed = change.deposed or old.deposed
    key = (change.address, deposed)
    if change.action is Action.FORGET:
        run.session.remove(key, sync=False)
        return True
    if key not in run.session.data.instances:
        return True
    if (change.action is Action.REPLACE and not change.create_before_destroy
            and not successors.may_go(change)):
        run.bad.add(task)
        run.applied.failed += 1
        return True
    if change.forgets_old:
        run.session.remove(key, sync=False)
        return True
    provider = provider_name(change.provider)
    kind = run.environment.registry.resource_type(provider, change.type)
    assert kind is not None
    client = run.clients.get(change.provider)
    if is_deferred(client):
        no_client(run, change)
        run.bad.add(task)
        run.applied.failed += 1
        return True
    values = change.before or {}
    local = kind.recovery is Recovery.LOCAL
    steps = InstanceRun(
        change=_for_delete(change, deposed), kind=kind, client=client, session=run.session,
        environment=run.environment, action="delete",
        prior=None if local else kind.model.from_values(values), planned=None,
        prior_values=values, planned_values={}, token=old.token, private=dict(old.private),
        deposed=deposed)
    run.waiting[task] = 0
    if local:
        finish_now(run, task, change, steps, destroying=True)
    else:
        run.submit(task, change, steps.run, destroying=True)
    return run.waiting[task] == 0


def _for_delete(change: Change, deposed: str) -> Change:
    import copy

    made = copy.copy(change)
    made.deposed = deposed
    return made
