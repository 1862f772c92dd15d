"""The order of an apply: configuration nodes and deletions in one graph.

A task is a configuration node key, or ``("delete", address, deposed)``.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from vbrprov.addrs import config_address, parse_provider
from vbrprov.graph import Graph, NodeKey
from vbrprov.graph.node import node_name
from vbrprov.plan.model import Action, Change, Plan

Task = Hashable


def delete_task(change: Change) -> tuple[str, str, str]:
    """The task that destroys the (old) object of a change."""
    return ("delete", change.address, change.deposed)


def destroys(change: Change) -> bool:
    """Whether a change destroys an object that is recorded."""
    return change.action in (Action.DELETE, Action.FORGET, Action.REPLACE)


def propagate_create_first(plan: Plan) -> None:
    """What a create-before-destroy replacement depends on is replaced in that order too.

    Otherwise the old dependency would have to go while the old dependent still needs it.
    """
    # What a replacement that was cut off left behind would make a third object.
    crowded = {c.address for c in plan.changes if c.deposed}
    replaced = [c for c in plan.changes if c.action is Action.REPLACE and (
        c.create_before_destroy or c.address not in crowded)]
    names = {id(c): _config_name(c) for c in replaced}
    changed = True
    while changed:
        changed = False
        needed = {d for c in plan.changes if c.create_before_destroy
                  and c.action not in (Action.DELETE, Action.FORGET) for d in c.dependencies}
        for change in replaced:
            if not change.create_before_destroy and names[id(change)] in needed:
                change.create_before_destroy = changed = True


def _config_name(change: Change) -> str:
    if change.node is not None:
        return node_name(change.node)
    return config_address(change.address)


def build_order(graph: Graph, plan: Plan, *, updates_first: bool = True) -> dict[Task, set[Task]]:
    """All tasks with what each waits for, and must not run without.

    An old object stays when something that uses it could not be moved away from it, or destroyed.
    Without *updates_first* it does not wait for the updates of what used it.
    """
    edges: dict[Task, set[Task]] = {key: set(node.deps) for key, node in graph.nodes.items()}
    dependents: dict[str, list[Change]] = {}
    former: dict[str, list[Change]] = {}
    config_dependents: dict[str, list[NodeKey]] = {}
    for change in plan.changes:
        for name in set(change.dependencies):
            dependents.setdefault(name, []).append(change)
        for name in set(change.prior.dependencies if change.prior is not None else ()):
            former.setdefault(name, []).append(change)
    deleting = [c for c in plan.changes if destroys(c)]
    if any(c.action is Action.REPLACE and c.create_before_destroy for c in deleting):
        for key, found in graph.resource_dependencies().items():
            for dep in found:
                config_dependents.setdefault(node_name(dep), []).append(key)
    for change in deleting:
        task = delete_task(change)
        waits = edges.setdefault(task, set())
        name = _config_name(change)
        create_first = change.action is Action.REPLACE and change.create_before_destroy
        if create_first:
            assert change.node is not None
            waits.add(change.node)
            waits.update(config_dependents.get(name, ()))
        elif change.action is Action.REPLACE:
            assert change.node is not None
            edges[change.node].add(task)
        users = {id(c): c for c in dependents.get(name, ())}
        for other in former.get(name, ()):
            # Who used it before matters when one of the two goes for good; between replacements
            # only the references of now count, or turning one round would be a circle.
            if Action.REPLACE not in (change.action, other.action) or other.action is Action.DELETE:
                users[id(other)] = other
        for other in users.values():
            if other is change:
                continue
            if destroys(other) and not (other.action is Action.REPLACE
                                        and other.create_before_destroy and not create_first):
                waits.add(delete_task(other))
            elif (updates_first and other.action is Action.UPDATE and not change.in_the_way
                    and change.action is not Action.REPLACE):
                waits.add(other.node)
        if change.node is None:
            continue
        if change.in_the_way:
            edges[change.node].add(task)
        # The provider must be there to destroy with, and its node says when it is.
        provider = graph.nodes[change.node].provider if change.node in graph.nodes else None
        if provider is not None:
            waits.add(provider)
    _providers_first(graph, deleting, edges)
    _repairs_first(plan, edges)
    _needs_first(graph, deleting, edges)
    return edges


def _providers_first(graph: Graph, deleting: list[Change], edges: dict[Task, set[Task]]) -> None:
    for change in deleting:
        address = parse_provider(change.provider)
        key = (address.module, "provider", address.block)
        if key in graph.nodes:
            edges[delete_task(change)].add(key)


def _repairs_first(plan: Plan, edges: dict[Task, set[Task]]) -> None:
    nodes: dict[str, Any] = {c.address: c.node for c in plan.changes}
    going = {c.address: delete_task(c) for c in plan.changes
             if c.action is Action.DELETE and not c.deposed}
    for first, later in plan.edges:
        if first in going and later in going:
            edges[going[first]].add(going[later])
        before, after = nodes.get(first), nodes.get(later)
        if before is not None and after is not None and before != after:
            edges[after].add(before)


def _needs_first(graph: Graph, deleting: list[Change], edges: dict[Task, set[Task]]) -> None:
    """An old object that goes before its successor comes stays until the successor can be judged.

    So its deletion waits for all that the successor needs, but for what itself waits for the
    deletion. All edges follow one order in which deletions come as late as they can, so that
    together they never close a circle.
    """
    replaced = [c for c in deleting
                if c.action is Action.REPLACE and not c.create_before_destroy and c.node]
    if not replaced:
        return
    position = _deletions_late(edges)
    for change in replaced:
        task = delete_task(change)
        at = position.get(task, -1)
        assert change.node is not None
        seen: set[NodeKey] = set()
        stack = list(graph.nodes[change.node].deps)
        while stack:
            dep = stack.pop()
            if position.get(dep, at) < at:
                edges[task].add(dep)
            elif dep not in seen:
                # It comes later; what it needs in its turn may come before.
                seen.add(dep)
                stack.extend(graph.nodes[dep].deps)


def _deletions_late(edges: dict[Task, set[Task]]) -> dict[Task, int]:
    """The place of each task in an order that puts deletions off; none for tasks in a circle."""
    waiting = {task: len(waits) for task, waits in edges.items()}
    followers: dict[Task, list[Task]] = {}
    for task, waits in edges.items():
        for other in waits:
            followers.setdefault(other, []).append(task)
            if other not in waiting:
                waiting[other] = 0
    ready: list[Task] = []
    put_off: list[Task] = []
    position: dict[Task, int] = {}

    def release(task: Task) -> None:
        (put_off if isinstance(task, tuple) and task[0] == "delete" else ready).append(task)

    for task, count in waiting.items():
        if not count:
            release(task)
    while ready or put_off:
        task = (ready or put_off).pop()
        position[task] = len(position)
        for follower in followers.get(task, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                release(follower)
    return position
