"""Configuration to graph: one node a declared thing, one edge a reference.

Nodes are per module in the source, not per instance: a module called with ``for_each`` has its
nodes once, and whoever walks the graph handles all instances at a node. That keeps the graph as
small as the configuration and the order the same for every instance.
"""

from __future__ import annotations

import graphlib
from collections.abc import Iterable
from typing import Any, Final

from vbrprov.config.model import CheckBlock, Expression, Module, ModulePath, ProviderRef
from vbrprov.config.references import (
    attribute_path,
    body_references,
    references,
    repeated_blocks,
)
from vbrprov.diag import Diagnostics, SourceFile, SourceRange, did_you_mean
from vbrprov.graph.checks import outside_references
from vbrprov.graph.imports import check_import, import_target
from vbrprov.graph.node import Graph, Node, NodeKey, node_name
from vbrprov.graph.providers import (
    check_instance,
    check_outlives,
    check_passed,
    key_references,
    resolve_provider,
)
from vbrprov.graph.targets import Targets
from vbrprov.syntax import ast

#: Members of a cycle that a message names.
_LONGEST_CYCLE: Final = 20


def build_graph(root: Module) -> tuple[Graph, Diagnostics]:
    """The graph of a configuration; references to nothing and cycles are errors."""
    diags = Diagnostics()
    builder = _Builder(root, diags)
    builder.declare()
    builder.connect()
    order: list[NodeKey] = []
    try:
        sorter: graphlib.TopologicalSorter[NodeKey] = graphlib.TopologicalSorter(
            {key: node.deps for key, node in builder.nodes.items()})
        order = list(sorter.static_order())
    except graphlib.CycleError as error:
        _report_cycle(error.args[1], builder, diags)
    return Graph(root, builder.nodes, order), diags


def _report_cycle(cycle: list[NodeKey], builder: _Builder, diags: Diagnostics) -> None:
    # graphlib lists the cycle against the direction of the references.
    names = [node_name(key) for key in reversed(cycle)]
    subject = None
    related = []
    for key in reversed(cycle[:-1]):
        where = getattr(builder.nodes[key].declared, "range", None)
        if isinstance(where, SourceRange):
            if subject is None:
                subject = where
            else:
                related.append((f"{node_name(key)} is part of the cycle", where))
    if len(names) == 2:
        diags.error("Self-referential block", f"{names[0]} refers to itself. A value cannot depend "
                    "on itself.", subject)
        return
    if len(names) > _LONGEST_CYCLE:
        left_out = len(names) - _LONGEST_CYCLE
        names[_LONGEST_CYCLE - 1 : -1] = [f"({left_out} more)"]
    diags.error("Cycle", "These depend on each other in a circle: " + " -> ".join(names)
                + ". Remove one of these references.", subject,
                related=tuple(related[:_LONGEST_CYCLE]))


class _Builder:
    def __init__(self, root: Module, diags: Diagnostics) -> None:
        self.root = root
        self.diags = diags
        self.targets = Targets(diags)
        self.nodes: dict[NodeKey, Node] = {}
        self.modules: dict[ModulePath, Module] = {m.path: m for m in root.walk()}

    def declare(self) -> None:
        """A node for everything that is declared."""
        for module in self.modules.values():
            path = module.path
            for kind, declared in (
                ("var", module.variables), ("local", module.locals), ("output", module.outputs),
                ("resource", module.resources), ("provider", module.providers),
                ("call", module.calls), ("ephemeral", module.ephemerals),
                ("check", module.checks),
            ):
                for name, block in declared.items():
                    key = (path, kind, name)
                    self.nodes[key] = Node(key, module, block)
            for number, wanted in enumerate(module.imports):
                key = (path, "import", f"{wanted.target.block}#{number}")
                self.nodes[key] = Node(key, module, wanted)

    def connect(self) -> None:
        """An edge for every reference."""
        # An import takes over the provider of its resource.
        for node in sorted(self.nodes.values(), key=lambda n: n.key[1] == "import"):
            path, kind, name = node.key
            if path:
                # Nothing in a module is worked off before its instances are known.
                node.deps.add((path[:-1], "call", path[-1]))
            getattr(self, f"_connect_{kind}")(node, path, name)
        for module in self.modules.values():
            check_passed(self.modules, module, self.diags)
            for name, expression in key_references(module):
                # Resources below see the key through the call that gives it.
                self._expression(self.nodes[module.path, "call", name], expression, module)
            for call in module.calls.values():
                self._module_depends_on(module, call.name, call.depends_on)

    def _connect_var(self, node: Node, path: ModulePath, name: str) -> None:
        declared = node.declared
        for condition in declared.validations:
            for expression in (condition.condition, condition.message):
                for ref in references(expression.node):
                    if ref.name == "var" and attribute_path(ref)[:1] == [name]:
                        continue
                    self._add(node, ref, node.module, expression.source)
        if path:
            parent = self.modules[path[:-1]]
            argument = parent.calls[path[-1]].arguments.get(name)
            if argument:
                self._expression(node, argument, parent)

    def _connect_local(self, node: Node, path: ModulePath, name: str) -> None:
        self._expression(node, node.declared.value, node.module)

    def _connect_output(self, node: Node, path: ModulePath, name: str) -> None:
        declared = node.declared
        self._expression(node, declared.value, node.module)
        for expression in declared.depends_on:
            self._expression(node, expression, node.module)
        for condition in declared.preconditions:
            self._expression(node, condition.condition, node.module)
            self._expression(node, condition.message, node.module)

    def _connect_provider(self, node: Node, path: ModulePath, name: str) -> None:
        for depth in range(len(path)):
            call = self.modules[path[:depth]].calls[path[depth]]
            if call.count is not None or call.for_each is not None:
                self.diags.error(
                    "Module is incompatible with count and for_each", f'The module "{call.name}" '
                    "is called with count or for_each, but has a provider block in it or in a "
                    "module below, and all its instances would share one configuration. Move the "
                    "block to the calling module and pass it with providers = { ... }.",
                    node.declared.range, related=(("called here", call.range),))
        if node.declared.for_each is not None:
            self._expression(node, node.declared.for_each, node.module)
        content = node.declared.content
        for ref in body_references(content.attributes, content.blocks):
            self._add(node, ref, node.module, content.source)

    def _connect_call(self, node: Node, path: ModulePath, name: str) -> None:
        call = node.declared
        for expression in (call.count, call.for_each):
            if expression:
                self._expression(node, expression, node.module)
        child = node.module.children.get(name)
        if child is None:
            return
        for given, where in call.argument_ranges.items():
            if given not in child.variables:
                hint = did_you_mean(given, child.variables)
                self.diags.error("Unsupported argument", f'An argument named "{given}" is not '
                                 f'expected here: the module "{name}" declares no such variable. '
                                 f"{hint}".strip(), where)
        for wanted in child.variables.values():
            if wanted.default is None and wanted.name not in call.arguments:
                self.diags.error("Missing required argument", f'The argument "{wanted.name}" is '
                                 f'required by the module "{name}", but no definition was found.',
                                 call.range, related=(("declared here", wanted.range),))

    def _connect_import(self, node: Node, path: ModulePath, name: str) -> None:
        block = node.declared
        for expression in (block.id, block.for_each,
                           *(Expression(key, block.to.source) for key in block.target.keys)):
            if expression:
                self._expression(node, expression, node.module)
        target = self.nodes.get(import_target(block))
        if target is None:
            # Its configuration may be generated, for which the provider has to be asked.
            node.provider = self._provider(node, block.provider, block)
            return
        node.provider = target.provider
        if node.provider is not None:
            node.deps.add(node.provider)
        target.deps.add(node.key)
        check_import(block, node, target, self.diags)

    def _connect_resource(self, node: Node, path: ModulePath, name: str) -> None:
        declared = node.declared
        content = declared.content
        for attribute in content.attributes:
            found = node.attribute_refs.setdefault(attribute.name, set())
            for ref in body_references((attribute,), ()):
                found |= self._add(node, ref, node.module, content.source)
        for nested in content.blocks:
            dynamic = nested.type == "dynamic" and nested.labels
            found = node.attribute_refs.setdefault(
                nested.labels[0].text if dynamic else nested.type, set())
            for ref in body_references((), (nested,)):
                found |= self._add(node, ref, node.module, content.source)
        for at, repeated in repeated_blocks(content.blocks):
            node.attribute_refs[at] = {
                key for ref in body_references((), (repeated,))
                for key in self.targets.of(ref, node.module, content.source)}
        for attest in declared.attestations:
            for ref in body_references(attest.content.attributes, attest.content.blocks):
                self._add(node, ref, node.module, attest.content.source)
        lifecycle = declared.lifecycle
        meta: list[Expression | None] = [
            declared.count, declared.for_each, lifecycle.enabled, lifecycle.prevent_destroy,
            *lifecycle.replace_triggered_by]
        for condition in (*lifecycle.preconditions, *lifecycle.postconditions):
            meta += [condition.condition, condition.message]
        for expression in meta:
            if expression:
                self._expression(node, expression, node.module, skip_self=True)
        for expression in declared.depends_on:
            for ref in references(expression.node):
                # Of itself it says nothing, and Terraform passes over it.
                node.deps |= {key for key in self.targets.of(ref, node.module, expression.source)
                              if key != node.key}
        node.provider = self._provider(node, declared.provider, declared)

    _connect_ephemeral = _connect_resource

    def _connect_check(self, node: Node, path: ModulePath, name: str) -> None:
        declared: CheckBlock = node.declared
        for ref in outside_references(declared):
            self._add(node, ref, node.module, declared.source)
        if declared.data is not None:
            node.provider = self._provider(node, declared.data.provider, declared.data)

    def _provider(self, node: Node, ref: ProviderRef, declared: Any) -> NodeKey | None:
        if ref.name == "vbrprov" and not ref.alias:
            return None
        found = node.resolved = resolve_provider(self.modules, node.key[0], ref)
        where = declared.provider_range or declared.type_range
        if found is None:
            self.diags.error(
                "Provider configuration not present", f"There is no configuration for the provider "
                f'"{ref}". Add a block: provider "{ref.name}" {{ alias = "{ref.alias}" }}.', where)
            return None
        if ref.name == "vbrprov":
            # All its configurations are the same: there is nothing to set in one.
            node.resolved = None
            return None
        if ref.key is not None:
            self._expression(node, ref.key, node.module)
        check_instance(self.modules, node.key[0], found, ref, where, self.diags)
        if getattr(declared, "mode", "") == "managed" and ref.key is not None:
            check_outlives(self.modules, found, "resource", declared.for_each, self.diags)
        key = (found.path, "provider", str(found.ref))
        if key not in self.nodes:
            # A provider that needs no settings needs no block either.
            self.nodes[key] = Node(key, self.modules[found.path], None)
        node.deps.add(key)
        return key

    def _expression(self, node: Node, expression: Expression, module: Module, *,
                    skip_self: bool = False) -> None:
        for ref in references(expression.node):
            if skip_self and ref.name == "self":
                continue
            self._add(node, ref, module, expression.source)

    def _add(self, node: Node, ref: ast.Ref, module: Module, source: SourceFile) -> set[NodeKey]:
        found = set(self.targets.of(ref, module, source))
        node.deps |= found
        return found

    def _module_depends_on(self, module: Module, name: str,
                           depends_on: Iterable[Expression]) -> None:
        child = module.children.get(name)
        if child is None:
            return
        keys = {
            key for expression in depends_on for ref in references(expression.node)
            for key in self.targets.of(ref, module, expression.source)}
        if not keys:
            return
        inside = {m.path for m in child.walk()}
        for node in self.nodes.values():
            if node.key[0] in inside and node.key[1] in ("resource", "ephemeral", "output"):
                node.deps |= keys
