"""What a graph is made of: nodes, their keys, and an order."""

from __future__ import annotations

from typing import Any

import msgspec

from vbrprov.config.model import Module, ModulePath
from vbrprov.graph.providers import Resolved

#: Module path, kind (var, local, output, resource, ephemeral, provider, call, check, import), name
#: within the module.
NodeKey = tuple[ModulePath, str, str]


class Node(msgspec.Struct):
    """One thing to be worked off. ``declared`` is the block, ``module`` the module it stands in."""

    key: NodeKey
    module: Module
    declared: Any
    deps: set[NodeKey] = set()
    #: For a resource: attribute name -> keys of the nodes that it refers to directly.
    attribute_refs: dict[str, set[NodeKey]] = {}
    #: For a resource (or the import of one): the node of its provider configuration, and how that
    #: was found.
    provider: NodeKey | None = None
    resolved: Resolved | None = None


class Graph(msgspec.Struct):
    """All nodes, and an order in which every node comes after what it depends on."""

    root: Module
    nodes: dict[NodeKey, Node]
    order: list[NodeKey]

    def resource_dependencies(self) -> dict[NodeKey, set[NodeKey]]:
        """For each resource node the resource nodes it depends on, seen through everything else."""
        through: dict[NodeKey, set[NodeKey]] = {}
        out: dict[NodeKey, set[NodeKey]] = {}
        for key in self.order:
            found: set[NodeKey] = set()
            for dep in self.nodes[key].deps:
                if dep[1] == "resource":
                    found.add(dep)
                    if dep[2].startswith("data."):
                        # A data source holds nothing; what it was read from is behind it.
                        found |= out[dep]
                elif dep[1] != "import":
                    # What the id of an import refers to is nothing that the object needs.
                    found |= through[dep]
            if key[1] == "resource":
                out[key] = found
            else:
                through[key] = found
        return out


def node_name(key: NodeKey) -> str:
    """The address of a node as users write it."""
    path, kind, name = key
    prefix = "".join(f"module.{m}." for m in path)
    word = {"var": "var.", "local": "local.", "output": "output.", "provider": "provider.",
            "call": "module.", "check": "check.", "import": "import."}.get(kind, "")
    return f"{prefix}{word}{name}"
