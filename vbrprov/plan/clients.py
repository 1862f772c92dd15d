"""Provider configurations of a run: evaluated once, their clients made once."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from vbrprov.config.model import Content, ProviderBlock
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.evaluate.world import World
from vbrprov.graph import Node, NodeKey
from vbrprov.plan.environment import Environment
from vbrprov.sdk.model import Attribute, Model
from vbrprov.sdk.resource import ProviderError
from vbrprov.values import Unknown, Value, bare, is_wholly_known


class Deferred:
    """A provider whose configuration is known only after apply: it has no client yet."""


DEFERRED = Deferred()


class Clients:
    """Clients by provider node."""

    def __init__(self, environment: Environment, stack: str, diags: Diagnostics, *,
                 connect: bool = True) -> None:
        self._environment = environment
        self._stack = stack
        self._diags = diags
        self._connect = connect
        self._clients: dict[NodeKey, Any] = {}
        self._configs: dict[NodeKey, Any] = {}
        self._lock = threading.Lock()

    def configure(self, node: Node, world: World) -> None:
        """Evaluate a provider block and make its client."""
        name = node.key[2].partition(".")[0]
        provider = self._environment.registry.provider(name)
        if provider is None:
            return
        config = provider.config()
        schema = config.model.schema()
        block: ProviderBlock | None = node.declared
        instances = world.module_instances.get(node.key[0], [()])
        scope = world.scope(instances[0] if instances else ())
        if block is None:
            content = None
            values: dict[str, Value] = {n: _null(a) for n, a in schema.attributes.items()}
            model = config.model()
        else:
            content = block.content
            reader = BodyReader(scope, content.source, self._diags, f"provider.{node.key[2]}",
                                kept=False)
            before = self._diags.has_errors
            values = with_defaults(reader.read(content, schema), schema)
            if self._diags.has_errors and not before:
                self._clients[node.key] = DEFERRED
                return
            model = config.model.from_values(values)
        self._secrets(values, schema.attributes)
        if not self._connect or not all(is_wholly_known(v) for v in values.values()):
            self._clients[node.key] = DEFERRED
            return
        self._make(node.key, config, model, name, content)

    def report_to(self, diags: Diagnostics) -> None:
        """Report to another collection from here on."""
        self._diags = diags

    def again(self, node: Node, world: World) -> None:
        """Make the client of a provider anew: what it was made from lived in one run only."""
        self._close(node.key)
        self.configure(node, world)

    def _secrets(self, values: dict[str, Value], attributes: Any) -> None:
        for name, spec in attributes.items():
            value = bare(values.get(name))
            if (spec.sensitive or spec.write_only) and isinstance(value, str):
                self._environment.redactor.add(value)

    def _make(self, key: NodeKey, config: Any, model: Model, name: str,
              content: Content | None) -> None:
        sandbox = self._environment.sandbox
        if sandbox is not None and name not in sandbox:
            # Never the real service when the sandbox was asked for.
            where = content.source.range(content.start, content.end) if content else None
            self._diags.error(
                "No sandbox for this provider", f'The provider "{name}" has no double, so it '
                "cannot be used with -sandbox.", where, address=f"provider.{key[2]}")
            self._clients[key] = DEFERRED
            return
        try:
            self._clients[key] = config.configure(
                model, self._environment.provider_context(name, self._stack))
            self._configs[key] = config
        except ProviderError as error:
            where = content.source.range(content.start, content.end) if content else None
            self._diags.error(error.summary, error.detail, where, hint=error.hint,
                              address=f"provider.{key[2]}")
            self._clients[key] = DEFERRED

    def get(self, key: NodeKey | None) -> Any:
        """The client of a provider node; ``DEFERRED`` when there is none yet."""
        if key is None:
            return None
        return self._clients.get(key, DEFERRED)

    def known(self) -> list[NodeKey]:
        """Provider nodes that have a client."""
        return [k for k, c in self._clients.items() if c is not DEFERRED]

    def release(self, keys: Iterable[NodeKey]) -> None:
        """Release the clients of some provider nodes."""
        for key in keys:
            self._close(key)

    def close(self) -> None:
        """Release every client."""
        for key in list(self._configs):
            self._close(key)

    def _close(self, key: NodeKey) -> None:
        config = self._configs.pop(key, None)
        if config is None:
            return
        try:
            config.close(self._clients.pop(key))
        except ProviderError as error:
            self._diags.warning("Could not close a provider connection", error.detail)


def _null(attribute: Attribute) -> Value:
    from vbrprov.values import Null

    return Null(attribute.type)


def is_deferred(client: Any) -> bool:
    """Whether there is no client yet."""
    return client is DEFERRED


def unknown_object(schema: Any, address: str) -> Value:
    """An object of a schema of which nothing is known, marked as the schema says."""
    from vbrprov.diff.stored import mark_by_schema

    out = {n: Unknown(t) for n, t in schema.type.attributes.items()}
    return mark_by_schema(out, schema, address)
