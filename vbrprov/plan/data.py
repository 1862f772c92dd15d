"""Data sources while planning: read now, or known after apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.addrs import ModuleInstance
from vbrprov.config.model import Resource
from vbrprov.diag import SourceRange
from vbrprov.diff.propose import propose
from vbrprov.diff.secrecy import as_secret_as
from vbrprov.diff.stored import decode_attributes, encode_attributes, mark_by_schema
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.evaluate.unknowns import first_unknown
from vbrprov.evaluate.world import ModuleScope
from vbrprov.graph import Node
from vbrprov.graph.node import node_name
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Action, Change, Reason
from vbrprov.plan.proposing import judge_conditions
from vbrprov.sdk.model import Schema
from vbrprov.sdk.resource import DataSource, ProviderError
from vbrprov.secrets import SecretBook
from vbrprov.values import Spent, Value, is_wholly_known, marks_deep
from vbrprov.values.value import mark

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


class DataReader:
    """Reads data sources; remembers results, so that a second pass reads nothing again."""

    def __init__(self, environment: Environment, stack: str,
                 kept: Mapping[str, Any] | None = None) -> None:
        self._environment = environment
        self._stack = stack
        self._results: dict[str, tuple[Schema, dict[str, Value]]] = {}
        self._kept = dict(kept or {})

    def stored(self, book: SecretBook) -> dict[str, Any]:
        """All results as JSON data, for a saved plan; secrets are fingerprints."""
        return {address: msgspec.json.decode(encode_attributes(values, schema, book))
                for address, (schema, values) in self._results.items()}

    def plan(self, planner: Planner, node: Node, kind: DataSource[Any, Any], module: ModuleInstance,
             key: Any, scope: ModuleScope, address: str, provider: str) -> Change:
        """The planned read of one instance, already done where that is possible."""
        declared: Resource = node.declared
        schema = kind.model.schema()
        reader = BodyReader(scope, declared.content.source, planner.diags, address)
        before = len(planner.diags)
        config = with_defaults(reader.read(declared.content, schema), schema)
        self._environment.learn(config, schema)
        change = Change(
            address=address, module=module, mode="data", type=declared.type, name=declared.name,
            key=key, provider=provider, action=Action.NOOP, schema=schema, node=node.key,
            config=config)
        if planner.deferrals.lacks(node, kind, module, scope, address, config):
            return change
        client = planner.clients.get(provider)
        unknown = mark_by_schema(propose(config, None, schema), schema, address)
        if planner.validating or len(planner.diags) > before:
            change.after = unknown
        elif is_deferred(client) or not all(is_wholly_known(v) for v in config.values()):
            change.action, change.reason = Action.READ, Reason.READ_CONFIG_UNKNOWN
            change.after = unknown
        elif self._pending(planner, node, declared):
            change.action, change.reason = Action.READ, Reason.READ_PENDING
            change.after = unknown
        else:
            change.after = self.read(planner.diags, kind, client, config, schema, address, reader,
                                     declared.range)
        judge_conditions(planner, declared, scope, change)
        planner.make_facts(change, declared, reader, scope, node)
        planner.plan.changes.append(change)
        return change

    def _pending(self, planner: Planner, node: Node, declared: Resource) -> bool:
        """Whether something it must wait for (``depends_on``) is going to change."""
        path = node.key[0]
        calls = (planner.world.modules[path[:i]].calls[path[i]] for i in range(len(path)))
        if not declared.depends_on and not any(call.depends_on for call in calls):
            return False
        wanted = {node_name(k) for k in planner.graph.resource_dependencies().get(node.key, ())}
        return any(c.is_change and c.mode == "managed" and c.node is not None
                   and node_name(c.node) in wanted for c in planner.plan.changes)

    def read(self, diags: Any, kind: DataSource[Any, Any], client: Any, config: Mapping[str, Value],
             schema: Schema, address: str, reader: BodyReader,
             block: SourceRange | None = None) -> dict[str, Value]:
        """Read now; after an error (reported at an argument or at *block*) nothing is known."""
        try:
            return self.read_or_raise(kind, client, config, schema, address)
        except ProviderError as error:
            where = reader.ranges.get(error.attribute) if error.attribute else None
            diags.error(error.summary, error.detail, where or block, address=address,
                        hint=error.hint)
            return mark_by_schema(propose(config, None, schema), schema, address)

    def read_or_raise(self, kind: DataSource[Any, Any], client: Any, config: Mapping[str, Value],
                      schema: Schema, address: str) -> dict[str, Value]:
        """Read now, unless it was read before.

        Raises:
            ProviderError: It could not be read.
        """
        known = self._results.get(address)
        if known is not None:
            values = dict(known[1])
        elif address in self._kept:
            values = decode_attributes(msgspec.json.encode(self._kept[address]), schema, address)
            withheld = [n for n, v in values.items() if isinstance(first_unknown(v), Spent)]
            if withheld:
                # Of secrets a saved plan has only fingerprints.
                told = self._now(kind, client, config, schema, address)
                values.update((name, told[name]) for name in withheld)
        else:
            values = self._now(kind, client, config, schema, address)
        values = as_secret_as(values, config, schema)
        self._environment.learn(values, schema)
        self._results[address] = (schema, values)
        values = dict(values)
        for name, given in config.items():
            marks = marks_deep(given)
            if marks:
                values[name] = mark(values[name], marks)
        return values

    def _now(self, kind: DataSource[Any, Any], client: Any, config: Mapping[str, Value],
             schema: Schema, address: str) -> dict[str, Value]:
        context = self._environment.step_context(address, "", self._stack)
        found = kind.read(client, kind.model.from_values(config), context)
        return mark_by_schema(found.to_values(), schema, address)
