"""``import`` blocks in the graph: each comes after what it refers to and before its resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov.config.model import Import
from vbrprov.diag import Diagnostics

if TYPE_CHECKING:
    from vbrprov.graph.node import Node, NodeKey


def import_target(block: Import) -> NodeKey:
    """The node of the resource that an object is imported into."""
    return (tuple(name for name, _ in block.target.modules), "resource",
            f"{block.target.type_name}.{block.target.name}")


def check_import(block: Import, node: Node, target: Node, diags: Diagnostics) -> None:
    """Report what an import cannot ask of its resource."""
    if target.key in node.deps:
        node.deps.discard(target.key)
        diags.error("Invalid import id argument", "The import ID cannot reference the resource "
                    "being imported.", block.id.range)
    if block.provider_range is not None and target.key[2] not in node.module.generated:
        diags.error(
            "Invalid import provider argument", "The provider argument can only be specified in "
            "import blocks that will generate configuration.\n\nUse the provider argument in the "
            "target resource block to configure the provider for a resource with explicit provider "
            "configuration.", block.provider_range)
    declared = target.declared
    if block.target.key is None and (declared.count is not None or declared.for_each is not None):
        using = "count" if declared.count is not None else "for_each"
        diags.error("Invalid import 'to' expression", f"The target resource is using {using}.",
                    block.to.range)
