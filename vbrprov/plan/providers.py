"""Which instance of a provider block an instance of a resource uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov.addrs import parse_provider
from vbrprov.addrs.address import InstanceKey, ModuleInstance
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import ModuleScope
from vbrprov.graph import Node, NodeKey
from vbrprov.graph.providers import BUILTIN, provider_text
from vbrprov.plan.clients import Clients
from vbrprov.state.model import Instance, Intent
from vbrprov.values import (
    EPHEMERAL,
    SENSITIVE,
    STRING,
    ConversionError,
    Null,
    Unknown,
    convert,
    unmark_deep,
)

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def choose(walk: Walk, clients: Clients, node: Node, module: ModuleInstance, scope: ModuleScope,
           address: str, *, destroying: bool = False) -> str | None:
    """The provider configuration of one instance; ``None`` while its key is not known."""
    if node.provider is None:
        return BUILTIN
    found = node.resolved
    if found is None or found.key is None or walk.validating:
        return provider_text(node.provider)
    if found.given_by is not None:
        depth = len(found.given_by)
        scope = walk.world.scope(module[:depth - 1], walk.world.each.get(module[:depth], {}))
    key = _key(walk.diags, found.key, scope, address)
    if key is None or isinstance(key, Unknown):
        return None if key is not None else provider_text(node.provider)
    known = clients.keys(node.provider)
    if known is not None and key not in known and not destroying:
        block = walk.world.modules[found.path].providers.get(str(found.ref))
        have = ", ".join(f'"{k}"' for k in known) or "none"
        walk.diags.error(
            "Provider configuration not present", f'{address} uses the instance "{key}" of the '
            f'provider configuration {provider_text(node.provider)}, but its for_each has no such '
            f"key. Its keys: {have}. Add the key there, or use another one here.",
            found.key.range, address=address,
            related=(("the keys", block.for_each.range),) if block and block.for_each else ())
    return provider_text(node.provider, key)


def _key(diags: Diagnostics, expression: object, scope: ModuleScope,
         address: str) -> str | Unknown | None:
    """The value of an instance key; ``None`` after an error."""
    from vbrprov.config.model import Expression

    assert isinstance(expression, Expression)
    try:
        value, marks = unmark_deep(evaluate(expression.node, scope))
        value = convert(value, STRING)
    except EvalError as error:
        diags.add(error.diagnostic(expression.source, address))
        return None
    except ConversionError as error:
        why = f"it is not suitable: {error}."
    else:
        if isinstance(value, str) and not {SENSITIVE, EPHEMERAL} & marks:
            return value
        if isinstance(value, Unknown):
            return value
        why = ("it is null." if type(value) is Null else
               "it is derived from a sensitive or ephemeral value, and the state records it.")
    diags.error("Invalid provider instance key", "The key of a provider instance must be "
                f"a string: {why}", expression.range, address=address)
    return None


def node_of(text: str) -> NodeKey | None:
    """The node of a recorded provider configuration; ``None`` for the built-in provider."""
    if text == BUILTIN:
        return None
    address = parse_provider(text)
    return (address.module, "provider", address.block)


def is_present(planner: Planner, recorded: Instance | Intent) -> bool:
    """Whether configuration has what something recorded was made with."""
    key = node_of(recorded.provider)
    if key is None:
        return True
    if key not in planner.graph.nodes:
        return False
    keys: list[InstanceKey] | None = planner.clients.keys(key)
    return keys is None or parse_provider(recorded.provider).key in keys


def report_missing(planner: Planner, recorded: Instance | Intent) -> None:
    """Say what is missing, where, and how to get rid of the object."""
    key = node_of(recorded.provider)
    node = planner.graph.nodes.get(key) if key is not None else None
    block = node.declared if node is not None else None
    detail = (f"{recorded.address} is in the state and needs the provider configuration "
              f"{recorded.provider}, which the configuration no longer has. ")
    where = None
    if block is not None and block.for_each is not None:
        where = block.for_each.range
        detail += ("Put the key back into this for_each until the resource is destroyed: a "
                   "provider instance must outlive what it manages.")
    else:
        where = block.range if block is not None else None
        detail += "Add it again until the resource is destroyed."
    planner.diags.error("Provider configuration not present", detail, where,
                        address=recorded.address)
