"""What a check block refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vbrprov.config.model import CheckBlock, Module
from vbrprov.config.references import attribute_path, body_references, references
from vbrprov.syntax import ast

if TYPE_CHECKING:
    from vbrprov.graph.node import Graph, Node, NodeKey


def outside_references(check: CheckBlock) -> Iterator[ast.Ref]:
    """Every reference of a check but those of its assertions to its own data source."""
    own = check.data.key.split(".")[1:] if check.data is not None else None
    if check.data is not None:
        content = check.data.content
        for ref in body_references(content.attributes, content.blocks):
            yield ref
        for expression in check.data.depends_on:
            yield from references(expression.node)
    for assertion in check.assertions:
        for expression in (assertion.condition, assertion.message):
            for ref in references(expression.node):
                if ref.name != "data" or attribute_path(ref)[:2] != own:
                    yield ref


def is_scoped(key: str, module: Module) -> bool:
    """Whether *key* is a data source that only one check sees."""
    return any(c.data is not None and c.data.key == key for c in module.checks.values())


def resources_behind(graph: Graph, node: Node) -> set[NodeKey]:
    """The resource nodes that a node depends on, directly or through anything else."""
    found: set[NodeKey] = set()
    stack = list(node.deps)
    while stack:
        key = stack.pop()
        if key not in found:
            found.add(key)
            stack.extend(graph.nodes[key].deps)
    return {key for key in found if key[1] == "resource"}
