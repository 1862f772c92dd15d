"""``import`` blocks while planning: which object goes to which address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.addrs import InstanceKey, ParsedAddress
from vbrprov.config.model import Expression, Import
from vbrprov.diff.secrecy import as_secret_as
from vbrprov.diff.stored import attributes_of, encode_attributes
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.world import ModuleScope
from vbrprov.graph import Node
from vbrprov.graph.imports import import_target
from vbrprov.graph.providers import provider_text
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.model import Change
from vbrprov.plan.owners import Owners, report_owned
from vbrprov.sdk.resource import ResourceType
from vbrprov.state.model import Instance
from vbrprov.syntax import ast
from vbrprov.values import (
    EPHEMERAL,
    SENSITIVE,
    STRING,
    ConversionError,
    Null,
    OneTime,
    Unknown,
    convert,
    unmark_deep,
)

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


class Wanted(msgspec.Struct, frozen=True):
    """One object that is to be imported."""

    address: ParsedAddress
    import_id: str
    block: Import
    node: Node


class Imports:
    """The imports of one pass.

    Attributes:
        ignored: Whether the blocks are passed over.
        generating: Whether configuration is going to be generated where there is none.
        missing: The imports whose resource has no block.
    """

    def __init__(self) -> None:
        self.ignored = False
        self.generating = False
        self.missing: list[Wanted] = []
        self._wanted: dict[str, Wanted] = {}
        self._owners: Owners | None = None

    def visit(self, planner: Planner, node: Node) -> None:
        """Evaluate a block: the ids, and the addresses they go to."""
        block: Import = node.declared
        target = import_target(block)
        declared = target in planner.graph.nodes
        options = planner.options
        if self.ignored or planner.validating or options.destroy or options.refresh_only or (
                declared and not planner.selection.node(target)):
            return
        expansion = self._expand(planner, block)
        for key in expansion.keys if expansion is not None else ():
            scope = planner.world.scope((), expansion.repetition(key) if expansion else {})
            try:
                address = _address(block, scope)
                import_id = _import_id(block.id, scope)
            except EvalError as error:
                planner.diags.add(error.diagnostic(block.id.source))
                continue
            self._add(planner, Wanted(address, import_id, block, node), declared=declared)

    def _expand(self, planner: Planner, block: Import) -> Expansion | None:
        try:
            return expand(None, block.for_each, None, planner.world.scope(()))
        except EvalError as error:
            planner.diags.add(error.diagnostic((block.for_each or block.id).source))
            return None

    def _add(self, planner: Planner, wanted: Wanted, *, declared: bool) -> None:
        address, where = str(wanted.address), wanted.block.to.range
        if not declared and not planner.selection.instance(None, address):
            return
        other = self._wanted.setdefault(address, wanted)
        if other is wanted and declared:
            self._begin(planner, wanted)
        elif other is wanted:
            self._undeclared(planner, wanted)
        if other is not wanted:
            first, second = sorted((other.block.to.range, where),
                                   key=lambda r: (r.filename, r.start.byte))
            planner.diags.error(
                f'Duplicate import configuration for "{address}"', "An import block for the "
                f'resource "{address}" was already declared at {first.filename}:'
                f"{first.start.line},{first.start.column}. A resource can have only one import "
                "block.", second, related=(("first declared here", first),))

    def _begin(self, planner: Planner, wanted: Wanted) -> None:
        """Read the object while other nodes are worked off, if it is going to be imported."""
        address, target = str(wanted.address), planner.graph.nodes[import_target(wanted.block)]
        if target.resolved is not None and target.resolved.key is not None:
            # Which instance of its provider it uses is known when it is planned.
            return
        provider = provider_text(target.provider)
        client, kind = planner.clients.get(provider), planner.kind_at(target)
        if (kind is not None and not is_deferred(client)
                and (address, "") not in planner.state.instances
                and planner.selection.instance(target.key, address)):
            planner.refresher.start_import(address, provider, wanted.import_id, kind, client)

    def _undeclared(self, planner: Planner, wanted: Wanted) -> None:
        """An import whose resource has no block: reported, or kept to have one generated."""
        address, where = wanted.address, wanted.block.to.range
        path = tuple(name for name, _ in address.module)
        if path and path in planner.world.modules:
            why = (f"Resource {address} not found. Only resources within the root module are "
                   "eligible for config generation.")
        elif path:
            why = (f"The configuration for the given import target {address} does not exist. All "
                   "target instances must have an associated configuration to be imported.")
        elif not self.generating:
            why = (f"The configuration for the given import target {address} does not exist. If "
                   "you wish to automatically generate config for this resource, use the "
                   "-generate-config-out option within vbrprov plan. Otherwise, make sure the "
                   "target resource exists within your configuration. For example:\n\n    vbrprov "
                   "plan -generate-config-out=generated.vbr.hcl")
        elif wanted.block.for_each is not None or address.key is not None:
            why = ("The given import block is not compatible with config generation. The "
                   "-generate-config-out option cannot be used with import blocks which use "
                   "for_each, or resources which use for_each or count.")
        else:
            self.missing.append(wanted)
            return
        planner.diags.error("Configuration for import target does not exist", why, where)

    def take(self, planner: Planner, change: Change, kind: ResourceType[Any, Any],
             client: Any) -> Instance | None:
        """The record of the object that *change* imports; ``None`` when it imports none."""
        wanted = self._wanted.get(change.address)
        if wanted is None:
            return None
        found = read_import(planner, wanted, change.provider, kind, client)
        if found is not None and not self._is_owned(planner, wanted, found, kind):
            found = _as_secret_as(found, change, planner)
            change.importing = wanted.import_id
            change.generated = planner.graph.root.generated.get(change.address, "")
            planner.plan.imports.append(found)
            return found
        return None

    def _is_owned(self, planner: Planner, wanted: Wanted, found: Instance,
                  kind: ResourceType[Any, Any]) -> bool:
        """Whether the object has an address already (reported): two would both destroy it."""
        if self._owners is None:
            self._owners = Owners(planner.state.instances.values())
        other = self._owners.claim(found, kind)
        if other:
            report_owned(planner.diags, str(wanted.address), wanted.import_id, other,
                         wanted.block.range)
        return bool(other)

    def check(self, planner: Planner) -> None:
        """Report imports into instances that configuration does not have."""
        for address, wanted in self._wanted.items():
            target = import_target(wanted.block)
            if any(key == target for key, _ in planner.plan.deferred_blocks):
                continue
            if (target in planner.graph.nodes and not planner.is_planned((address, ""))
                    and planner.selection.instance(target, address)):
                planner.diags.error(
                    "Configuration for import target does not exist", "The configuration for the "
                    f"given import {address} does not exist. All target instances must have an "
                    "associated configuration to be imported.", wanted.block.to.range)


def _as_secret_as(found: Instance, change: Change, planner: Planner) -> Instance:
    """The record of an imported object, as secret as its block."""
    values = attributes_of(found, change.schema)
    hidden = as_secret_as(values, change.config, change.schema)
    return msgspec.structs.replace(found, attributes=msgspec.Raw(
        encode_attributes(hidden, change.schema, planner.environment.book)))


def read_import(planner: Planner, wanted: Wanted, provider: str, kind: ResourceType[Any, Any],
                client: Any) -> Instance | None:
    """Read an object that is to be imported; ``None`` (reported) when that is not possible."""
    address, where = str(wanted.address), wanted.block.range
    if is_deferred(client):
        planner.diags.error("Provider not configured", f"The provider of {address} is configured "
                            "from values that are not known yet, so nothing can be imported with "
                            "it.", where, address=address)
        return None
    planner.refresher.start_import(address, provider, wanted.import_id, kind, client)
    found = planner.refresher.result(Instance(address, provider))
    assert found is not None
    if found.error is not None:
        planner.diags.add(msgspec.structs.replace(found.error, subject=where))
        return None
    if found.values is None:
        planner.diags.error(
            "Cannot import non-existent remote object", "While attempting to import an existing "
            f'object to "{address}", the provider detected that no object exists with the id '
            f'"{wanted.import_id}". Only pre-existing objects can be imported; check that the id '
            "is correct and that it is associated with the provider's configured region or "
            'endpoint, or use "vbrprov apply" to create a new remote object for this resource.',
            where, address=address)
        return None
    return found.instance


def _import_id(given: Expression, scope: ModuleScope) -> str:
    value, marks = unmark_deep(evaluate(given.node, scope))
    node = given.node

    def bad(why: str) -> EvalError:
        return EvalError("Invalid import id argument", why, node.start, node.end)

    try:
        value = convert(value, STRING)
    except ConversionError as error:
        raise bad(f"The import ID value is unsuitable: {error}.") from None
    if SENSITIVE in marks or any(isinstance(m, OneTime) for m in marks):
        raise bad("The import ID cannot be sensitive: it is shown in the plan.")
    if EPHEMERAL in marks:
        raise bad("The import ID cannot be ephemeral.")
    if isinstance(value, Unknown):
        raise bad('The import block "id" argument depends on resource attributes that cannot be '
                  "determined until apply, so vbrprov cannot plan to import this resource.")
    if type(value) is Null:
        raise bad("The import ID cannot be null.")
    if not value:
        raise bad("The import ID value evaluates to an empty string, please provide a non-empty "
                  "value.")
    return str(value)


def _address(block: Import, scope: ModuleScope) -> ParsedAddress:
    target = block.target
    modules = tuple((name, _key(key, scope)) for name, key in target.modules)
    return ParsedAddress(modules, "managed", target.type_name, target.name,
                         _key(target.key, scope))


def _key(node: ast.Expr | None, scope: ModuleScope) -> InstanceKey:
    if node is None:
        return None
    value, marks = unmark_deep(evaluate(node, scope))
    if not marks and isinstance(value, (str, int)) and not isinstance(value, bool):
        return value
    why = ("is derived from a sensitive or ephemeral value, and addresses are shown" if marks else
           "must be a string or a whole number")
    if isinstance(value, Unknown):
        why = ("depends on resource attributes that cannot be determined until apply, so it cannot "
               "be told what is imported")
    raise EvalError("Invalid import 'to' expression", f"The key of the instance {why}.",
                    node.start, node.end)

