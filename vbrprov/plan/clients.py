"""Provider configurations of a run: evaluated once, their clients made once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vbrprov.addrs import InstanceKey
from vbrprov.config.model import Content, ProviderBlock
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.evaluate.errors import EvalError, UnknownExpansionError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.world import ModuleScope, World
from vbrprov.graph import Node, NodeKey
from vbrprov.graph.providers import BUILTIN, provider_text
from vbrprov.plan.environment import Environment
from vbrprov.sdk.model import Attribute, Model
from vbrprov.sdk.resource import ProviderError
from vbrprov.values import Unknown, Value, is_wholly_known


class Deferred:
    """A provider whose configuration is known only after apply: it has no client yet."""


DEFERRED = Deferred()


class Clients:
    """Clients by the address of a provider configuration, one for each instance of a block."""

    def __init__(self, environment: Environment, stack: str, diags: Diagnostics, *,
                 connect: bool = True) -> None:
        self._environment = environment
        self._stack = stack
        #: Where mistakes go; an apply sets its own.
        self.diags = diags
        self._connect = connect
        self._clients: dict[str, Any] = {}
        self._configs: dict[str, Any] = {}
        self._keys: dict[NodeKey, list[InstanceKey]] = {}

    def configure(self, node: Node, world: World, *, validating: bool = False) -> None:
        """Evaluate a provider block and make the clients of its instances that have none yet.

        Raises:
            UnknownExpansionError: Its ``for_each`` is not known yet.
        """
        block: ProviderBlock | None = node.declared
        instances = world.module_instances.get(node.key[0], [()])
        module = instances[0] if instances else ()
        expansion = Expansion()
        if block is not None and block.for_each is not None:
            try:
                expansion = expand(None, block.for_each, None, world.scope(module),
                                   validating=validating)
            except UnknownExpansionError:
                raise
            except EvalError as error:
                self.diags.add(error.diagnostic(block.for_each.source))
                expansion = Expansion("each", [])
        self._keys[node.key] = expansion.keys
        for key in expansion.keys:
            if self.get(provider_text(node.key, key)) is DEFERRED:
                self._configure(node, key, world.scope(module, expansion.repetition(key)))

    def _configure(self, node: Node, key: InstanceKey, scope: ModuleScope) -> None:
        stand_in = self._environment.stand_ins.get(provider_text(node.key))
        if stand_in is not None:
            self._clients[provider_text(node.key, key)] = stand_in
            return
        name = node.key[2].partition(".")[0]
        text = provider_text(node.key, key)
        provider = self._environment.registry.provider(name)
        if provider is None:
            return
        config = provider.config()
        schema = config.model.schema()
        block: ProviderBlock | None = node.declared
        if block is None:
            content = None
            values: dict[str, Value] = {n: _null(a) for n, a in schema.attributes.items()}
            model = config.model()
        else:
            content = block.content
            # Named after the block, so that a mistake in it is not reported for each instance.
            reader = BodyReader(scope, content.source, self.diags, provider_text(node.key),
                                kept=False)
            before = len(self.diags)
            values = with_defaults(reader.read(content, schema), schema)
            if any(d.is_error for d in list(self.diags)[before:]):
                self._clients[text] = DEFERRED
                return
            model = config.model.from_values(values)
        self._environment.learn(values, schema)
        if not self._connect or not all(is_wholly_known(v) for v in values.values()):
            self._clients[text] = DEFERRED
            return
        self._make(text, config, model, name, content)

    def report_to(self, diags: Diagnostics) -> None:
        """Report to another collection from here on."""
        self.diags = diags

    def _make(self, key: str, config: Any, model: Model, name: str,
              content: Content | None) -> None:
        sandbox = self._environment.sandbox
        if sandbox is not None and name not in sandbox and f"provider.{name}" != BUILTIN:
            # Never the real service when the sandbox was asked for.
            where = content.source.range(content.start, content.end) if content else None
            self.diags.error(
                "No sandbox for this provider", f'The provider "{name}" has no double, so it '
                "cannot be used with -sandbox.", where, address=key)
            self._clients[key] = DEFERRED
            return
        try:
            self._clients[key] = config.configure(
                model, self._environment.provider_context(name, self._stack))
            self._configs[key] = config
        except ProviderError as error:
            where = content.source.range(content.start, content.end) if content else None
            self.diags.error(error.summary, error.detail, where, hint=error.hint,
                              address=key)
            self._clients[key] = DEFERRED

    def get(self, text: str) -> Any:
        """The client of a provider configuration; ``DEFERRED`` when there is none yet."""
        if text == BUILTIN:
            return None
        return self._clients.get(text, DEFERRED)

    def made(self) -> dict[str, Any]:
        """All clients that there are, by provider configuration."""
        return {text: made for text, made in self._clients.items() if made is not DEFERRED}

    def keys(self, node: NodeKey) -> list[InstanceKey] | None:
        """The instance keys of a provider block (``[None]`` without ``for_each``)."""
        return self._keys.get(node)

    def pending(self, node: NodeKey) -> bool:
        """Whether an instance of a provider block has no client yet."""
        keys = self._keys.get(node)
        return keys is None or any(
            self.get(provider_text(node, key)) is DEFERRED for key in keys)

    def release(self, nodes: Iterable[NodeKey]) -> None:
        """Release the clients of some provider blocks; configuring them makes new ones."""
        for node in nodes:
            for key in self._keys.pop(node, []):
                text = provider_text(node, key)
                self._close(text)
                self._clients.pop(text, None)

    def close(self) -> None:
        """Release every client."""
        for key in list(self._configs):
            self._close(key)

    def _close(self, key: str) -> None:
        config = self._configs.pop(key, None)
        if config is None:
            return
        try:
            config.close(self._clients.pop(key))
        except ProviderError as error:
            self.diags.warning("Could not close a provider connection", error.detail)


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
