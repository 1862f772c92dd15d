"""The dependency graph of a configuration.

Here: nodes, edges, order, cycles. Not here: what a node does (``plan``, ``apply``).
"""

from vbrprov.graph.build import Graph, Node, NodeKey, build_graph

__all__ = ["Graph", "Node", "NodeKey", "build_graph"]
