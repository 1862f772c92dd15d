"""The executor: works off tasks as they become ready, provider calls on worker threads.

Expressions are evaluated on the calling thread only. A failure stops what depends on it; everything
else goes on, so that one apply gets as far as it can.
"""

from __future__ import annotations

import contextlib
import graphlib
from contextlib import ExitStack
from typing import Any

from vbrprov.apply.checks import judge_checks
from vbrprov.apply.deletions import start_delete
from vbrprov.apply.finishing import complete
from vbrprov.apply.instances import keep_recorded, start_resource
from vbrprov.apply.order import Task, build_order
from vbrprov.apply.recording import record_outputs, record_refresh
from vbrprov.apply.run import Applied, Run
from vbrprov.apply.successors import Successors
from vbrprov.evaluate.errors import UnknownExpansionError
from vbrprov.graph import Node
from vbrprov.graph.node import node_name
from vbrprov.plan.ephemeral import fed_by_ephemerals
from vbrprov.plan.model import Action, Reason


class Executor(Run):
    """Applies one plan."""

    def run(self) -> Applied:
        """Work everything off; what failed is in ``diags``."""
        self._fed = fed_by_ephemerals(self.graph)
        self._successors = Successors(self)
        dependencies = self._order()
        if dependencies is None:
            return self.applied
        operations = sum(1 for c in self.plan.changes
                         if c.is_change and c.reason is not Reason.READ_CHECK_NESTED)
        if operations or self.plan.moves or self.plan.imports or any(
                o.action is not Action.NOOP for o in self.plan.outputs):
            self.session.begin(operations)
        record_refresh(self)
        sorter = graphlib.TopologicalSorter(dependencies)
        sorter.prepare()
        with ExitStack() as ending:
            ending.callback(self.ephemerals.close, self.diags)
            ending.callback(self.clients.release, self._fed)
            try:
                self._loop(sorter, dependencies)
            finally:
                self.workers.close()
            if not self.stopping():
                judge_checks(self)
        record_outputs(self)
        return self.applied

    def _order(self) -> dict[Task, set[Task]] | None:
        """What each task waits for; ``None`` (reported) when there is no order at all."""
        found: list[Any] = []
        for updates_first in (True, False):
            dependencies = build_order(self.graph, self.plan, updates_first=updates_first)
            try:
                graphlib.TopologicalSorter(dependencies).prepare()
            except graphlib.CycleError as error:
                found = [_told(task) for task in error.args[1]]
            else:
                return dependencies
        self.diags.error(
            "Changes wait for each other", "There is no order in which all changes could be made: "
            + " -> ".join(found) + ". Apply in two steps, the first with -target. Nothing was "
            "changed.")
        return None

    def _loop(self, sorter: Any, dependencies: dict[Task, set[Task]]) -> None:
        while sorter.is_active():
            ready = sorter.get_ready()
            for task in ready:
                stops = {d for d in dependencies.get(task, ())
                         if d in self.bad and not self._makes_room(d, task)}
                if stops:
                    self._skip(task, held=stops <= self.held)
                    sorter.done(task)
                elif self._start(task):
                    sorter.done(task)
            if ready:
                continue
            if not self.workers.running:
                break
            finished = self.workers.collect()
            if finished is None:
                continue
            self.waiting[finished.task] -= 1
            complete(self, finished, destroying=finished.task in self.deletes)
            if not self.waiting[finished.task]:
                sorter.done(finished.task)

    def _makes_room(self, deletion: Task, node: Task) -> bool:
        """Whether only one instance of a block waits for a deletion: that of its old object."""
        change = self.deletes.get(deletion)
        return change is not None and change.node == node and (
            change.action is Action.REPLACE or change.in_the_way)

    def _skip(self, task: Task, *, held: bool) -> None:
        """Not started, because something it depends on failed or, if *held*, waits for somebody."""
        self.bad.add(task)
        before = self.applied.skipped
        if task in self.deletes:
            self.applied.skipped += 1
        elif isinstance(task, tuple) and task[1] == "resource":
            keep_recorded(self, self.graph.nodes[task])
            self.applied.skipped += sum(
                1 for c in self.plan.changes
                if c.node == task and c.is_change and c.action is not Action.DELETE)
        if held:
            self.held.add(task)
            self.applied.held += self.applied.skipped - before
            self.applied.skipped = before

    def _start(self, task: Task) -> bool:
        """Begin a task; whether it is already finished."""
        if task in self.deletes:
            return start_delete(self, task, self.deletes[task], self._successors)
        node = self.graph.nodes.get(task)  # type: ignore[call-overload]  # tasks that are not deletions are node keys
        if node is None:
            return True
        kind = node.key[1]
        if kind == "provider":
            before = len(self.diags)
            if node.key in self._fed:
                self.clients.release((node.key,))
            if self.clients.pending(node.key):
                with contextlib.suppress(UnknownExpansionError):
                    # What uses an instance of it that is not known even now is deferred.
                    self.clients.configure(node, self.world)
            self.note_errors(task, before)
        elif kind == "resource":
            return start_resource(self, task, node)
        elif kind == "ephemeral":
            self._start_ephemeral(task, node)
        else:
            before = len(self.diags)
            self.walk.visit(node)
            self.note_errors(task, before)
        return True

    def _start_ephemeral(self, task: Task, node: Node) -> None:
        if self.stopping():
            self.bad.add(task)
            return
        provider = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
        kind = self.environment.registry.ephemeral_resource(provider, node.declared.type)
        before = len(self.diags)
        self.ephemerals.visit(node, kind)
        self.note_errors(task, before)


def _told(task: Any) -> str:
    """A task in words."""
    return f"destroying {task[1]}" if task[0] == "delete" else node_name(task)
