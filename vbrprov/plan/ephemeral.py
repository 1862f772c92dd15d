"""Ephemeral resources of one walk: opened when their turn comes, closed at its end."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from vbrprov.addrs import instance_address
from vbrprov.config.model import Resource
from vbrprov.diag import Diagnostics, SourceRange
from vbrprov.diff.propose import propose
from vbrprov.diff.stored import mark_by_schema
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import ModuleScope, Repeated
from vbrprov.graph import Graph, Node, NodeKey
from vbrprov.graph.node import node_name
from vbrprov.plan.clients import DEFERRED, Clients, is_deferred
from vbrprov.plan.environment import Environment
from vbrprov.plan.providers import choose
from vbrprov.sdk.ephemeral import EphemeralResource, Opened
from vbrprov.sdk.resource import ErrorClass, ProviderError
from vbrprov.values import (
    EPHEMERAL,
    Value,
    is_wholly_known,
    mark,
    marks_deep,
)


class _Open(msgspec.Struct):
    """One that is open; ``lost`` is why it could not be renewed."""

    address: str
    kind: EphemeralResource[Any, Any]
    client: Any
    opened: Opened[Any]
    where: SourceRange
    timer: threading.Timer | None = None
    lost: ProviderError | None = None


class Ephemerals:
    """Opens, keeps alive and closes; nothing of them is ever written down."""

    def __init__(self, walk: Walk, clients: Clients, environment: Environment, stack: str,
                 waits: Callable[[Node], bool] = lambda node: False) -> None:
        self._walk = walk
        self._clients = clients
        self._environment = environment
        self._stack = stack
        #: Whether one must not be opened yet, since what it depends on is going to change.
        self._waits = waits
        self._open: list[_Open] = []
        # Held while one is renewed or closed: these two must not meet.
        self._lock = threading.Lock()
        self._closed = False

    def visit(self, node: Node, kind: EphemeralResource[Any, Any] | None) -> None:
        """Open every instance of a block, where its arguments are known."""
        declared: Resource = node.declared
        world = self._walk.world
        for module in world.module_instances.get(node.key[0], []):
            scope = world.scope(module)
            expansion = self._expand(declared, scope)
            repeated = Repeated(expansion.mode if kind is not None else "unknown")
            world.resources[(module, declared.key)] = repeated
            if kind is None:
                continue
            addresses = {key: instance_address(module, "ephemeral", declared.type, declared.name,
                                               key) for key in expansion.keys}
            self._walk.results.expect(node_name(node.key), addresses.values())
            for key, address in addresses.items():
                inner = world.scope(module, expansion.repetition(key))
                repeated.values[key] = self._instance(node, kind, inner, address)

    def _expand(self, declared: Resource, scope: ModuleScope) -> Expansion:
        try:
            return expand(declared.count, declared.for_each, None, scope,
                          validating=self._walk.validating)
        except EvalError as error:
            expression = declared.count or declared.for_each
            assert expression is not None
            self._walk.diags.add(error.diagnostic(expression.source, declared.key))
            return Expansion("unknown", [])

    def _instance(self, node: Node, kind: EphemeralResource[Any, Any], scope: ModuleScope,
                  address: str) -> Value:
        walk, declared = self._walk, node.declared
        schema = kind.model.schema()
        before = len(walk.diags)
        reader = BodyReader(scope, declared.content.source, walk.diags, address, kept=False)
        config = with_defaults(reader.read(declared.content, schema), schema)
        self._environment.learn(config, schema)
        values = mark_by_schema(propose(config, None, schema), schema, address)
        owner = (node_name(node.key), address)
        life = declared.lifecycle
        walk.conditions(life.preconditions, scope, "Resource precondition failed", None, address,
                        owner)
        provider = choose(walk, self._clients, node, scope.instance, scope, address)
        client = DEFERRED if provider is None else self._clients.get(provider)
        ready = not walk.validating and not is_deferred(client) and all(
            is_wholly_known(v) for v in config.values()) and not self._waits(node)
        if ready and not any(d.is_error for d in list(walk.diags)[before:]):
            found = self._start(kind, client, kind.model.from_values(config), address, reader,
                                declared.range)
            if found is not None:
                values = self._result(found, config, kind, address)
        repetition = {**scope.repetition, "self": mark(values, (EPHEMERAL,))}
        walk.conditions(life.postconditions, walk.world.scope(scope.instance, repetition),
                        "Resource postcondition failed", None, address, owner)
        return values

    def _result(self, opened: Opened[Any], config: dict[str, Value],
                kind: EphemeralResource[Any, Any], address: str) -> dict[str, Value]:
        schema = kind.model.schema()
        values = mark_by_schema(opened.result.to_values(), schema, address)
        for name, given in config.items():
            values[name] = mark(values[name], marks_deep(given))
        self._environment.learn(values, schema)
        return values

    def _start(self, kind: EphemeralResource[Any, Any], client: Any, config: Any, address: str,
               reader: BodyReader, block: SourceRange) -> Opened[Any] | None:
        try:
            opened = self._told("open", address, lambda: kind.open(
                client, config, self._context(address)))
        except ProviderError as error:
            where = reader.ranges.get(error.attribute) if error.attribute else None
            _report(self._walk.diags, error, address, where or block)
            return None
        held = _Open(address, kind, client, opened, block)
        self._open.append(held)
        self._schedule(held)
        return opened

    def _context(self, address: str) -> Any:
        return self._environment.step_context(address, "", self._stack)

    def _told(self, action: str, address: str, call: Callable[[], Opened[Any]]) -> Opened[Any]:
        """Make a call and say so."""
        event, started = self._environment.event, time.monotonic()
        event("apply_start", address=address, action=action)
        ending = "apply_errored"
        try:
            made = call()
            ending = "apply_complete"
        finally:
            event(ending, address=address, action=action, seconds=time.monotonic() - started)
        return made

    def _schedule(self, held: _Open) -> None:
        after = held.opened.renew_after
        if after is not None and not self._closed:
            held.timer = threading.Timer(after, self._renew, (held,))
            held.timer.daemon = True
            held.timer.start()

    def _renew(self, held: _Open) -> None:
        with self._lock:
            if self._closed:
                return
            try:
                held.opened = self._told("renew", held.address, lambda: held.kind.renew(
                    held.client, held.opened, self._context(held.address)))
            except Exception as error:  # noqa: BLE001  # nobody would catch it in this thread
                held.lost = _as_provider_error(error)
                return
            self._schedule(held)

    def close(self, diags: Diagnostics) -> None:
        """Close all that is open, the last one first; what fails is reported."""
        with self._lock:
            self._closed = True
        for held in reversed(self._open):
            if held.timer is not None:
                held.timer.cancel()
            if held.lost is not None:
                _report(diags, held.lost, held.address, held.where)
            try:
                self._told("close", held.address, functools.partial(self._shut, held))
            except Exception as error:  # noqa: BLE001  # the others have to be closed all the same
                _report(diags, _as_provider_error(error), held.address, held.where)
        self._open.clear()

    def _shut(self, held: _Open) -> Opened[Any]:
        held.kind.close(held.client, held.opened, self._context(held.address))
        return held.opened


def _as_provider_error(error: Exception) -> ProviderError:
    if isinstance(error, ProviderError):
        return error
    return ProviderError(ErrorClass.FAILED, "Internal fault", f"{type(error).__name__}: {error}. "
                         "This is a bug in vbrprov.")


def _report(diags: Diagnostics, error: ProviderError, address: str, where: SourceRange) -> None:
    diags.error(error.summary, error.detail, where, address=address, hint=error.hint)


def fed_by_ephemerals(graph: Graph) -> set[NodeKey]:
    """The provider nodes whose configuration comes from an ephemeral resource."""
    reached: set[NodeKey] = set()
    if not any(module.ephemerals for module in graph.root.walk()):
        return reached
    for key in graph.order:
        if key[1] == "ephemeral" or not reached.isdisjoint(graph.nodes[key].deps):
            reached.add(key)
    return {key for key in reached if key[1] == "provider"}
