"""The executor: works off tasks as they become ready, provider calls on worker threads.

Expressions are evaluated on the calling thread only. A failure stops what depends on it; everything
else goes on, so that one apply gets as far as it can.
"""

from __future__ import annotations

import contextlib
import graphlib
import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.addrs import ModuleInstance, config_address, instance_address, provider_name
from vbrprov.apply.checks import judge_checks
from vbrprov.apply.order import Task, build_order, delete_task, destroys, propagate_create_first
from vbrprov.apply.records import make_instance, make_output
from vbrprov.apply.steps import InstanceRun
from vbrprov.config.model import Resource
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.evaluate.errors import EvalError, UnknownExpansionError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import ModuleScope, Repeated, World
from vbrprov.graph import Graph, Node
from vbrprov.graph.node import node_name
from vbrprov.plan.clients import Clients, unknown_object
from vbrprov.plan.consistency import inconsistent
from vbrprov.plan.environment import Environment
from vbrprov.plan.ephemeral import Ephemerals, fed_by_ephemerals
from vbrprov.plan.instance import InstancePlanner, Proposal
from vbrprov.plan.model import Action, Change, Plan, Reason
from vbrprov.plan.select import selection_of
from vbrprov.plan.writeonly import fingerprints
from vbrprov.sdk.function import FunctionContext
from vbrprov.sdk.model import Schema, to_python
from vbrprov.sdk.resource import ProviderError, Recovery
from vbrprov.state.errors import JournalFailed, StateError
from vbrprov.state.model import Status
from vbrprov.state.session import StateSession
from vbrprov.values import Unknown, Value, bare, is_null, is_wholly_known

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

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


class _Finished(msgspec.Struct):
    task: Task
    change: Change
    values: Mapping[str, Value] | None
    error: Exception | None
    seconds: float


class Executor:
    """Applies one plan."""

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
        self._changes: dict[str, Change] = {c.address: c for c in plan.changes if not c.deposed}
        self._deletes: dict[Task, Change] = {
            delete_task(c): c for c in plan.changes if destroys(c)}
        self._waiting: dict[Task, int] = {}
        self._bad: set[Task] = set()
        self._done: queue.SimpleQueue[_Finished] = queue.SimpleQueue()
        self._pool: ThreadPoolExecutor | None = None
        self._running = 0
        self._fatal = threading.Event()
        self.walk.deferred = plan.deferred_blocks
        # As in Terraform: what an output is was known, so what it is made from may be anything now.
        self.walk.decided = {o.name: o.after for o in plan.outputs
                             if o.action is not Action.DELETE and is_wholly_known(o.after)}
        if plan.partial:
            self.walk.spares = selection_of(graph, plan.options, self.diags).spares
        propagate_create_first(plan)

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
        self._record_refresh()
        sorter = graphlib.TopologicalSorter(dependencies)
        sorter.prepare()
        with ExitStack() as ending:
            ending.callback(self.ephemerals.close, self.diags)
            ending.callback(self.clients.release, self._fed)
            try:
                self._loop(sorter, dependencies)
            finally:
                if self._pool is not None:
                    self._pool.shutdown(wait=True)
            if not self._stopping():
                judge_checks(self)
        self._outputs()
        return self.applied

    def is_bad(self, task: Task) -> bool:
        """Whether a task failed, or could not be started."""
        return task in self._bad

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
                if any(d in self._bad for d in dependencies.get(task, ())):
                    self._skip(task)
                    sorter.done(task)
                elif self._start(task):
                    sorter.done(task)
            if ready:
                continue
            if not self._running:
                break
            self._collect(sorter)

    def _stopping(self) -> bool:
        return self.environment.stop.is_set() or self._fatal.is_set()

    def _skip(self, task: Task) -> None:
        """Not started, because something it depends on failed."""
        self._bad.add(task)
        if task in self._deletes:
            self.applied.skipped += 1
        elif isinstance(task, tuple) and task[1] == "resource":
            self._keep_recorded(self.graph.nodes[task])
            self.applied.skipped += sum(
                1 for c in self.plan.changes
                if c.node == task and c.is_change and c.action is not Action.DELETE)

    def _start(self, task: Task) -> bool:
        """Begin a task; whether it is already finished."""
        if task in self._deletes:
            return self._start_delete(task, self._deletes[task])
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
            self._note_errors(task, before)
        elif kind == "resource":
            return self._start_resource(task, node)
        elif kind == "ephemeral":
            self._start_ephemeral(task, node)
        else:
            before = len(self.diags)
            self.walk.visit(node)
            self._note_errors(task, before)
        return True

    def _note_errors(self, task: Task, before: int) -> None:
        """What depends on a task that reported an error must not go on."""
        if len(self.diags) > before and any(d.is_error for d in list(self.diags)[before:]):
            self._bad.add(task)

    def _start_ephemeral(self, task: Task, node: Node) -> None:
        if self._stopping():
            self._bad.add(task)
            return
        provider = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
        kind = self.environment.registry.ephemeral_resource(provider, node.declared.type)
        before = len(self.diags)
        self.ephemerals.visit(node, kind)
        self._note_errors(task, before)

    # --- resources -------------------------------------------------------------------------------

    def _start_resource(self, task: Task, node: Node) -> bool:
        declared: Resource = node.declared
        self._waiting[task] = 0
        for module in self.world.module_instances.get(node.key[0], []):
            if (node.key, module) in self.plan.deferred_blocks:
                self.world.resources[(module, declared.key)] = Repeated("unknown")
                continue
            expansion = self._expand(declared, module)
            repeated = Repeated(expansion.mode)
            self.world.resources[(module, declared.key)] = repeated
            self._expect(node, expansion, module)
            for key in expansion.keys:
                address = instance_address(module, declared.mode, declared.type, declared.name, key)
                change = self._changes.get(address)
                if change is None:
                    repeated.values[key] = Unknown()
                    continue
                if change.action in (Action.DELETE, Action.FORGET):
                    # With -destroy the object still answers references until it is gone.
                    repeated.values[key] = self._recorded_values(change)
                    continue
                repeated.values[key] = dict(change.after or {})
                if change.action is Action.NOOP:
                    if change.after is not None and not all(
                            is_wholly_known(v) for v in change.after.values()):
                        repeated.values[key] = self._recorded_values(change)
                    self._recheck(task, declared, change, expansion.repetition(key),
                                  repeated.values[key])
                    continue
                if self._stopping():
                    self._bad.add(task)
                    continue
                self._start_instance(task, node, change, expansion, key, module)
        return self._waiting[task] == 0

    def _expect(self, node: Node, expansion: Expansion, module: ModuleInstance) -> None:
        """Say which objects take part, and so have conditions to be judged."""
        declared: Resource = node.declared
        block = node_name(node.key)
        if not self.walk.results.watches(block):
            return
        found = [instance_address(module, declared.mode, declared.type, declared.name, key)
                 for key in expansion.keys]
        if self.plan.partial:
            found = [a for a in found if a in self._changes and not self._changes[a].untouched]
        if found or not self.plan.partial:
            self.walk.results.expect(block, found)

    def _recheck(self, task: Task, declared: Resource, change: Change,
                 repetition: Mapping[str, Value], values: Value) -> None:
        """Check conditions of an instance that stays as it is: what they refer to may be new."""
        lifecycle = declared.lifecycle
        # Without a configuration it was left out of the plan by -target or -exclude.
        wanted = bool(change.config) or self.plan.options.refresh_only
        if not (lifecycle.preconditions or lifecycle.postconditions) or not wanted:
            return
        owner = (config_address(change.address), change.address)
        scope = self.world.scope(change.module, {**repetition, "self": values})
        if not (self.walk.conditions(lifecycle.preconditions, scope,
                                     "Resource precondition failed", None, change.address, owner)
                and self.walk.conditions(lifecycle.postconditions, scope,
                                         "Resource postcondition failed", None, change.address,
                                         owner)):
            self._bad.add(task)
            self.applied.failed += 1

    def _recorded_values(self, change: Change) -> Value:
        if change.before is not None:
            return dict(change.before)
        return unknown_object(change.schema, change.address)

    def _keep_recorded(self, node: Node) -> None:
        declared: Resource = node.declared
        for module in self.world.module_instances.get(node.key[0], []):
            expansion = self._expand(declared, module, quiet=True)
            repeated = self.world.resources[(module, declared.key)] = Repeated(expansion.mode)
            for key in expansion.keys:
                address = instance_address(module, declared.mode, declared.type, declared.name, key)
                change = self._changes.get(address)
                repeated.values[key] = self._recorded_values(change) if change else Unknown()

    def _expand(self, declared: Resource, module: Any, *, quiet: bool = False) -> Expansion:
        try:
            return expand(declared.count, declared.for_each, declared.lifecycle.enabled,
                          self.world.scope(module))
        except EvalError as error:
            if not quiet:
                expression = declared.count or declared.for_each or declared.lifecycle.enabled
                assert expression is not None
                self.diags.add(error.diagnostic(expression.source))
            return Expansion("unknown", [])

    def _start_instance(self, task: Task, node: Node, change: Change, expansion: Expansion,
                        key: Any, module: Any) -> None:
        declared: Resource = node.declared
        if declared.mode == "data":
            self._start_read(task, node, change, self.world.scope(
                module, expansion.repetition(key)))
            return
        prepared = self._prepare(node, change, expansion.repetition(key), self.diags)
        if prepared is None:
            self._bad.add(task)
            self.applied.failed += 1
            return
        kind, client, proposal, prior_values = prepared
        run = self._instance_run(change, kind, client, proposal.config, proposal.planned,
                                 prior_values)
        if kind.recovery is Recovery.LOCAL:
            self._finish_now(task, change, run)
        else:
            self._submit(task, change, run.run)

    def _start_read(self, task: Task, node: Node, change: Change, scope: ModuleScope) -> None:
        declared: Resource = node.declared
        before = len(self.diags)
        config = BodyReader(scope, declared.content.source, self.diags, change.address).read(
            declared.content, change.schema)
        if len(self.diags) > before:
            self._bad.add(task)
            self.applied.failed += 1
            return
        client = self.clients.get(change.provider)
        kind = self.environment.registry.data_source(_provider_of(node), declared.type)
        self._submit(task, change, lambda: self.read_data(
            kind, client, config, change.schema, change.address))

    def _prepare(
        self, node: Node, change: Change, repetition: Mapping[str, Value], diags: Diagnostics, *,
        early: bool = False,
    ) -> tuple[Any, Any, Proposal, Mapping[str, Value] | None] | None:
        """Work out the final values of a managed instance, and judge whether it may be made.

        *early* means: while the object that it replaces still exists. Returns its resource type,
        client, proposal and the values it has now; ``None`` after errors, which are in *diags*.
        """
        declared: Resource = node.declared
        scope = self.world.scope(change.module, repetition)
        reader = BodyReader(scope, declared.content.source, diags, change.address)
        before = len(diags)
        config = reader.read(declared.content, change.schema)
        if len(diags) > before:
            return None
        client = self.clients.get(change.provider)
        kind = self.environment.registry.resource_type(_provider_of(node), declared.type)
        assert kind is not None
        planner = InstancePlanner(kind, client, self.environment, diags)
        replaces = change.action is Action.REPLACE
        prior_values = None if replaces or change.action is Action.CREATE else change.before
        proposal = planner.plan(change.address, config, prior_values, None if prior_values is None
                                else change.prior, declared, reader.ranges, makes_room=early)
        wrong = inconsistent(change, proposal.planned)
        if wrong:
            diags.error("Planned and final values differ", wrong, declared.range,
                        address=change.address)
        if declared.lifecycle.preconditions:
            # What is judged early is judged again, and counts then.
            walk = Walk(self.world, self.plan.variables, diags) if early else self.walk
            walk.conditions(declared.lifecycle.preconditions, self.world.scope(
                change.module, {**repetition, "self": dict(proposal.planned)}),
                "Resource precondition failed", None, change.address,
                None if early else (config_address(change.address), change.address))
        gate = self.preview if early else self.gate
        if gate is not None:
            gate(change, proposal.planned, diags)
        if any(d.is_error for d in list(diags)[before:]):
            return None
        return kind, client, proposal, prior_values

    def _may_go(self, change: Change) -> bool:
        """Whether an old object may be destroyed before its successor is made.

        What would stop the successor must stop the deletion, or nothing would be left. Values that
        come only with other replacements are not known yet; they are judged at the creation.
        """
        assert change.node is not None
        node = self.graph.nodes[change.node]
        expansion = self._expand(node.declared, change.module, quiet=True)
        if change.key not in expansion.keys:
            return True
        found = Diagnostics()
        if self._prepare(node, change, expansion.repetition(change.key), found,
                         early=True) is not None:
            return True
        self.diags.extend(found)
        return False

    def _instance_run(self, change: Change, kind: Any, client: Any, config: Mapping[str, Value],
                      planned: Mapping[str, Value],
                      prior_values: Mapping[str, Value] | None) -> InstanceRun:
        if change.action is Action.REPLACE and change.create_before_destroy and not change.deposed:
            self._depose(change)
        recorded = change.prior if prior_values is not None else None
        token = recorded.token if recorded is not None and recorded.token else _token(
            self.session.data.lineage)
        local = kind.recovery is Recovery.LOCAL
        model = None if local else kind.model.from_values(planned)
        for name in change.send:
            setattr(model, name, to_python(config[name]))
        return InstanceRun(
            change=change, kind=kind, client=client, session=self.session,
            environment=self.environment,
            action="update" if prior_values is not None else "create",
            prior=None if prior_values is None or local else kind.model.from_values(prior_values),
            planned=model, prior_values=prior_values, planned_values=planned,
            token=token, private=dict(recorded.private) if recorded is not None else {},
            sent=fingerprints(config, change.send, self.environment.book))

    def _depose(self, change: Change) -> None:
        """Set the old object aside under a key of its own, before its successor is made."""
        old = self.session.data.instances.get((change.address, ""))
        if old is None:
            return
        change.deposed = _token(self.session.data.lineage)[-8:]
        self.session.swap((change.address, ""),
                          msgspec.structs.replace(old, deposed=change.deposed))

    def _restore(self, change: Change) -> None:
        """Put the old object back in its place when its successor was not made after all."""
        data = self.session.data
        old = data.instances.get((change.address, change.deposed)) if change.deposed else None
        unsettled = any(i.address == change.address for i in data.intents.values())
        if old is None or unsettled or (change.address, "") in data.instances:
            return
        self.session.swap(old.key, msgspec.structs.replace(old, deposed=""))

    def read_data(self, kind: Any, client: Any, config: Mapping[str, Value], schema: Schema,
                  address: str) -> Mapping[str, Value]:
        """Read a data source.

        Raises:
            ProviderError: It cannot be read.
        """
        from vbrprov.diff.stored import mark_by_schema

        context = self.environment.step_context(address, "", self.session.data.lineage)
        model = kind.model.from_values(with_defaults(config, schema))
        return mark_by_schema(kind.read(client, model, context).to_values(), schema, address)

    # --- deletions -------------------------------------------------------------------------------

    def _start_delete(self, task: Task, change: Change) -> bool:
        if self._stopping():
            self._bad.add(task)
            return True
        old = change.prior
        if old is None:
            return True
        deposed = change.deposed or old.deposed
        key = (change.address, deposed)
        if change.action is Action.FORGET:
            self.session.remove(key, sync=False)
            return True
        if key not in self.session.data.instances:
            return True
        if (change.action is Action.REPLACE and not change.create_before_destroy
                and not self._may_go(change)):
            self._bad.add(task)
            self.applied.failed += 1
            return True
        provider = provider_name(change.provider)
        kind = self.environment.registry.resource_type(provider, change.type)
        assert kind is not None
        client = self.clients.get(change.provider)
        values = change.before or {}
        local = kind.recovery is Recovery.LOCAL
        run = InstanceRun(
            change=_for_delete(change, deposed), kind=kind, client=client, session=self.session,
            environment=self.environment, action="delete",
            prior=None if local else kind.model.from_values(values), planned=None,
            prior_values=values, planned_values={}, token=old.token, private=dict(old.private),
            deposed=deposed)
        self._waiting[task] = 0
        if local:
            self._finish_now(task, change, run, destroying=True)
        else:
            self._submit(task, change, run.run, destroying=True)
        return self._waiting[task] == 0

    # --- workers ---------------------------------------------------------------------------------

    def _submit(self, task: Task, change: Change, work: Callable[[], Mapping[str, Value] | None], *,
                destroying: bool = False) -> None:
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self.environment.parallelism, "apply")
        self._waiting[task] += 1
        self._running += 1
        event = self.environment.event
        action = "delete" if destroying else _verb(change)

        def job() -> None:
            started = time.monotonic()
            values: Mapping[str, Value] | None = None
            error: Exception | None = None
            try:
                if self._stopping():
                    raise _NotStartedError
                event("apply_start", address=change.address, action=action)
                values = work()
            except Exception as caught:  # noqa: BLE001  # a worker must always report back
                error = caught
            self._done.put(_Finished(task, change, values, error, time.monotonic() - started))

        self._pool.submit(job)

    def _finish_now(self, task: Task, change: Change, run: InstanceRun, *,
                    destroying: bool = False) -> None:
        action = "delete" if destroying else _verb(change)
        self.environment.event("apply_start", address=change.address, action=action)
        values = run.run()
        self._complete(_Finished(task, change, values, None, 0.0), destroying=destroying)

    def _collect(self, sorter: Any) -> None:
        try:
            # Wakes now and then, so that a signal handler on this thread gets its turn.
            finished = self._done.get(timeout=0.5)
        except queue.Empty:
            return
        self._running -= 1
        self._waiting[finished.task] -= 1
        self._complete(finished, destroying=finished.task in self._deletes)
        if self._waiting[finished.task] == 0:
            sorter.done(finished.task)

    def _complete(self, finished: _Finished, *, destroying: bool) -> None:
        change = finished.change
        action = "delete" if destroying else _verb(change)
        if finished.error is not None:
            self._bad.add(finished.task)
            if isinstance(finished.error, _NotStartedError):
                return
            self.applied.failed += 1
            self._report(finished.error, change)
            if not destroying and change.action is Action.REPLACE and not self._fatal.is_set():
                self._restore(change)
            self.environment.event("apply_errored", address=change.address, action=action,
                                   seconds=finished.seconds)
            return
        self.environment.event("apply_complete", address=change.address, action=action,
                               seconds=finished.seconds,
                               id=_shown_id(finished.values or change.before))
        if destroying:
            self.applied.destroyed += 1
            return
        if change.mode == "managed":
            if change.action is Action.UPDATE:
                self.applied.changed += 1
            else:
                self.applied.added += 1
        if finished.values is not None:
            repeated = self.world.resources[(change.module, _key(change))]
            repeated.values[change.key] = dict(finished.values)
            repeated.combined = None
            if self.settled is not None:
                self.settled(change, finished.values)
            self._check_made(finished.task, change, finished.values)

    def _check_made(self, task: Task, change: Change, values: Mapping[str, Value]) -> None:
        """Postconditions, now that all is known: what depends on the instance must not go on."""
        assert change.node is not None
        declared: Resource = self.graph.nodes[change.node].declared
        if not declared.lifecycle.postconditions:
            return
        repetition = self._expand(declared, change.module, quiet=True).repetition(change.key)
        scope = self.world.scope(change.module, {**repetition, "self": dict(values)})
        if not self.walk.conditions(declared.lifecycle.postconditions, scope,
                                    "Resource postcondition failed", None, change.address,
                                    (config_address(change.address), change.address)):
            self._bad.add(task)
            self.applied.failed += 1

    def _report(self, error: Exception, change: Change) -> None:
        node = self.graph.nodes.get(change.node) if change.node is not None else None
        declared = node.declared if node is not None else None
        where = declared.range if declared is not None else None
        if isinstance(error, ProviderError):
            self.diags.error(error.summary, error.detail, where, address=change.address,
                             hint=error.hint)
        elif isinstance(error, StateError):
            self.diags.add(error.diagnostic)
            if isinstance(error, JournalFailed):
                self._fatal.set()
        else:
            self.diags.error("Internal fault", f"{change.address}: {type(error).__name__}: "
                             f"{error}. This is a bug in vbrprov.", where, address=change.address)

    # --- records ---------------------------------------------------------------------------------

    def _record_refresh(self) -> None:
        """What refreshing found becomes the record, before anything is changed."""
        moves = self.plan.moves
        if moves:
            self.session.move([(m.former, m.instance.deposed) for m in moves],
                              [*(m.instance for m in moves), *self.plan.rewritten])
        for imported in self.plan.imports:
            self.session.put(imported)
            self.applied.imported += 1
        for key in self.plan.gone:
            self.session.remove(key, sync=False)
        drifted = {c.address for c in self.plan.drift}
        for change in self.plan.changes:
            old = change.prior
            if old is None or change.mode != "managed" or change.before is None:
                continue
            book = self.environment.book
            noop = (change.action is Action.NOOP and change.node is not None
                    and not change.untouched)
            if change.address in drifted or (noop and _meta_differs(change)) or (
                    noop and old.status is not Status.OK):
                self.session.put(make_instance(
                    change if noop else _with_old_meta(change), change.before, book,
                    status=Status.OK if noop else old.status, private=dict(old.private),
                    token=old.token, deposed=old.deposed), sync=False)

    def _outputs(self) -> None:
        if self.environment.abandon.is_set():
            return
        outputs = dict(self.session.data.outputs)
        for planned in self.plan.outputs:
            if planned.action is Action.DELETE:
                outputs.pop(planned.name, None)
                continue
            if planned.action is Action.NOOP:
                continue
            key = ((), "output", planned.name)
            if key in self._bad:
                continue
            value = self.world.outputs.get(((), planned.name))
            if value is None:
                continue
            if is_null(value):
                # There is no such output, as far as anybody who reads the state can tell.
                outputs.pop(planned.name, None)
                continue
            made = make_output(value, planned.sensitive, self.environment.book)
            if made is not None:
                outputs[planned.name] = made
        self.session.set_outputs(outputs)


class _NotStartedError(Exception):
    """The run stops; this was not begun."""


def _provider_of(node: Node) -> str:
    return node.provider[2].partition(".")[0] if node.provider else "vbrprov"


def _token(lineage: str) -> str:
    import uuid

    return f"{lineage[:8]}-{uuid.uuid4().hex[:16]}"


def _verb(change: Change) -> str:
    return {Action.UPDATE: "update", Action.READ: "read"}.get(change.action, "create")


def _key(change: Change) -> str:
    kind = "data." if change.mode == "data" else ""
    return f"{kind}{change.type}.{change.name}"


def _for_delete(change: Change, deposed: str) -> Change:
    import copy

    made = copy.copy(change)
    made.deposed = deposed
    return made


def _with_old_meta(change: Change) -> Change:
    import copy

    made = copy.copy(change)
    if change.prior is not None:
        made.dependencies = tuple(change.prior.dependencies)
        made.prevent_destroy = change.prior.prevent_destroy
        made.skip_destroy = change.prior.skip_destroy
        made.create_before_destroy = change.prior.create_before_destroy
    return made


def _meta_differs(change: Change) -> bool:
    old = change.prior
    return old is not None and (
        list(change.dependencies) != old.dependencies
        or change.prevent_destroy != old.prevent_destroy
        or change.skip_destroy != old.skip_destroy
        or change.create_before_destroy != old.create_before_destroy
        or change.provider != old.provider)


def _shown_id(values: Mapping[str, Value] | None) -> str:
    found = bare(values.get("id")) if values else None
    return found if isinstance(found, str) else ""
