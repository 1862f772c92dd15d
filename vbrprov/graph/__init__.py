"""The dependency graph of a configuration.

Here: nodes, edges, order, cycles. Not here: what a node does (``plan``, ``apply``).
"""

from vbrprov.graph.build import build_graph
from vbrprov.graph.node import Graph, Node, NodeKey

__all__ = ["Graph", "Node", "NodeKey", "build_graph"]
