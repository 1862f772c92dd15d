"""What is under way in one apply: its plan, its state, what is known so far and what went wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import msgspec

from vbrprov.apply.order import Task, delete_task, destroys, propagate_create_first
from vbrprov.apply.workers import Work, Workers
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import World
from vbrprov.graph import Graph
from vbrprov.plan.clients import Clients
from vbrprov.plan.environment import Environment
from vbrprov.plan.ephemeral import Ephemerals
from vbrprov.plan.model import Action, Change, Plan
from vbrprov.plan.select import selection_of
from vbrprov.sdk.function import FunctionContext
from vbrprov.sdk.handwork import Handwork
from vbrprov.state.session import StateSession
from vbrprov.values import Value, is_wholly_known

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
    #: Objects whose step somebody has to do and confirm, with what is to be done.
    awaiting: dict[str, Handwork] = {}
    #: How many changes were not started because they depend on one of those.
    held: int = 0


class Run:
    """One apply.

    Attributes:
        changes: What is planned, by address.
        deletes: What goes, by task.
        room: The deletions that each new object waits for, by its address.
        waiting: How many calls of a task are under way.
        bad: Tasks that failed, wait for somebody or could not be started: what depends on them
            must not start.
        held: Those of ``bad`` that wait for somebody, or for such a one, and did not fail.
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
        clients.report_to(self.diags)
        self.gate = gate
        self.preview = preview
        self.settled = settled
        self.applied = Applied()
        self.changes: dict[str, Change] = {c.address: c for c in plan.changes if not c.deposed}
        self.deletes: dict[Task, Change] = {
            delete_task(c): c for c in plan.changes if destroys(c)}
        self.room: dict[str, set[Task]] = {}
        for task, change in self.deletes.items():
            if change.action is Action.REPLACE or change.in_the_way:
                self.room.setdefault(change.address, set()).add(task)
        self.waiting: dict[Task, int] = {}
        self.bad: set[Task] = set()
        self.held: set[Task] = set()
        self.fatal = threading.Event()
        self.workers = Workers(environment.parallelism, environment.event, self.stopping)
        self.walk.deferred = plan.deferred_blocks
        # As in Terraform: what an output is was known, so what it is made from may be anything now.
        self.walk.decided = {o.name: o.after for o in plan.outputs
                             if o.action is not Action.DELETE and is_wholly_known(o.after)}
        if plan.partial:
            self.walk.spares = selection_of(graph, plan.options, self.diags).spares
        propagate_create_first(plan)

    def is_bad(self, task: Task) -> bool:
        """Whether a task failed, or could not be started."""
        return task in self.bad

    def hold(self, task: Task, change: Change, work: Handwork) -> None:
        """A task waits for somebody; it is no failure, but nothing may build on it yet."""
        self.bad.add(task)
        self.held.add(task)
        self.applied.awaiting[change.address] = work

    def has_begun(self, deletion: Task) -> bool:
        """Whether an old object is being destroyed, or is gone."""
        return deletion in self.waiting

    def submit(self, task: Task, change: Change, work: Work, *, destroying: bool = False) -> None:
        """Have *work* done on another thread; *task* is not finished before."""
        self.waiting[task] += 1
        self.workers.submit(task, change, work, destroying=destroying)

    def stopping(self) -> bool:
        """Whether nothing more is to begin."""
        return self.environment.stop.is_set() or self.fatal.is_set()

    def note_errors(self, task: Task, before: int) -> None:
        """What depends on a task that reported an error must not go on."""
        if len(self.diags) > before and any(d.is_error for d in list(self.diags)[before:]):
            self.bad.add(task)
