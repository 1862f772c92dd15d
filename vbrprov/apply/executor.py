"""The executor: works off tasks as they become ready, provider calls on worker threads.

Expressions are evaluated on the calling thread only. A failure stops what depends on it; everything
else goes on, so that one apply gets as far as it can.
"""

from __future__ import annotations

import contextlib
import graphlib
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

import msgspec

from vbrprov.apply.checks import judge_checks
from vbrprov.apply.deletions import start_delete
from vbrprov.apply.finishing import complete
from vbrprov.apply.instances import keep_recorded, start_resource
from vbrprov.apply.order import Task, build_order, delete_task, destroys, propagate_create_first
from vbrprov.apply.recording import record_outputs, record_refresh
from vbrprov.apply.successors import Successors
from vbrprov.apply.workers import Work, Workers
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.errors import UnknownExpansionError
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import World
from vbrprov.graph import Graph, Node
from vbrprov.plan.clients import Clients
from vbrprov.plan.environment import Environment
from vbrprov.plan.ephemeral import Ephemerals, fed_by_ephemerals
from vbrprov.plan.model import Action, Change, Plan, Reason
from vbrprov.plan.select import selection_of
from vbrprov.sdk.function import FunctionContext
from vbrprov.state.session import StateSession
from vbrprov.values import Value

#: Judges an instance just before its first step, or (``preview``) before the object that it
#: replaces is destroyed; returns False (and reports) when that must not be.
Gate = Callable[[Change, Mapping[str, Value], Diagnostics], bool]
#: Told the final values of an instance, so that later judgements see them.
Settled = Callable[[Change, Mapping[str, Value]], None]


class Applied(msgspec.Struct):
    """How an apply ended."""

    added: int = 0
    changed: int = 0
    destroyed: int = 0
    imported: int = 0
    failed: int = 0
    skipped: int = 0
    interrupted: bool = False


class Executor:
    """Applies one plan.

    Attributes:
        changes: What is planned, by address.
        deletes: What goes, by task.
        waiting: How many calls of a task are under way.
        bad: Tasks that failed or could not be started: what depends on them must not start.
        fatal: Set when nothing can be recorded any more.
    """

    def __init__(self, plan: Plan, graph: Graph, session: StateSession, environment: Environment,
                 context: FunctionContext, clients: Clients, *, workspace: str = "default",
                 gate: Gate | None = None, preview: Gate | None = None,
                 settled: Settled | None = None) -> None:
        self.plan = plan
        self.graph = graph
        self.session = session
        self.environment = environment
        self.clients = clients
        self.diags = Diagnostics()
        self.world = World(graph.root, context, workspace)
        self.walk = Walk(self.world, plan.variables, self.diags,
                         refresh_only=plan.options.refresh_only,
                         destroying=plan.options.destroy)
        self.ephemerals = Ephemerals(self.walk, clients, environment, session.data.lineage)
        self._fed = fed_by_ephemerals(graph)
        clients.report_to(self.diags)
        self.gate = gate
        self.preview = preview
        self.settled = settled
        self.applied = Applied()
        self.changes: dict[str, Change] = {c.address: c for c in plan.changes if not c.deposed}
        self.deletes: dict[Task, Change] = {
            delete_task(c): c for c in plan.changes if destroys(c)}
        self.waiting: dict[Task, int] = {}
        self.bad: set[Task] = set()
        self.fatal = threading.Event()
        self.workers = Workers(environment.parallelism, environment.event, self.stopping)
        self.walk.deferred = plan.deferred_blocks
        if plan.partial:
            self.walk.spares = selection_of(graph, plan.options, self.diags).spares
        propagate_create_first(plan)
        self.successors = Successors(self)

    def run(self) -> Applied:
        """Work everything off; what failed is in ``diags``."""
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

    def is_bad(self, task: Task) -> bool:
        """Whether a task failed, or could not be started."""
        return task in self.bad

    def has_begun(self, deletion: Task) -> bool:
        """Whether an old object is being destroyed, or is gone."""
        return deletion in self.waiting

    def _order(self) -> dict[Task, set[Task]] | None:
        """What each task waits for; ``None`` (reported) when there is no order at all."""
        found: list[Any] = []
        for updates_first in (True, False):
            dependencies = build_order(self.graph, self.plan, updates_first=updates_first)
            try:
                graphlib.TopologicalSorter(dependencies).prepare()
            except graphlib.CycleError as error:
                found = [" ".join(map(str, task)) for task in error.args[1]]
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
                if any(d in self.bad and not self._makes_room(d, task)
                       for d in dependencies.get(task, ())):
                    self._skip(task)
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
        return change is not None and change.action is Action.REPLACE and change.node == node

    def submit(self, task: Task, change: Change, work: Work, *, destroying: bool = False) -> None:
        """Have *work* done on another thread; *task* is not finished before."""
        self.waiting[task] += 1
        self.workers.submit(task, change, work, destroying=destroying)

    def stopping(self) -> bool:
        """Whether nothing more is to begin."""
        return self.environment.stop.is_set() or self.fatal.is_set()

    def _skip(self, task: Task) -> None:
        """Not started, because something it depends on failed."""
        self.bad.add(task)
        if task in self.deletes:
            self.applied.skipped += 1
        elif isinstance(task, tuple) and task[1] == "resource":
            keep_recorded(self, self.graph.nodes[task])
            self.applied.skipped += sum(
                1 for c in self.plan.changes
                if c.node == task and c.is_change and c.action is not Action.DELETE)

    def _start(self, task: Task) -> bool:
        """Begin a task; whether it is already finished."""
        if task in self.deletes:
            return start_delete(self, task, self.deletes[task])
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

    def note_errors(self, task: Task, before: int) -> None:
        """What depends on a task that reported an error must not go on."""
        if len(self.diags) > before and any(d.is_error for d in list(self.diags)[before:]):
            self.bad.add(task)

    def _start_ephemeral(self, task: Task, node: Node) -> None:
        if self.stopping():
            self.bad.add(task)
            return
        provider = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
        kind = self.environment.registry.ephemeral_resource(provider, node.declared.type)
        before = len(self.diags)
        self.ephemerals.visit(node, kind)
        self.note_errors(task, before)
