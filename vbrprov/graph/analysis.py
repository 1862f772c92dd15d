"""Pictures of the graph: what a person wants to see of it, not what a run needs.

Only here is networkx used, and only once a cycle is looked for: importing it takes as long as
planning fifty resources.
"""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Mapping

import msgspec

from vbrprov.graph.node import Graph, NodeKey, node_name

Edge = tuple[str, str]
DESTROY = " (destroy)"
#: Nodes that stand for resources.
_RESOURCES = ("resource", "ephemeral")


class Spot(msgspec.Struct, frozen=True):
    """A node of a picture: its address, the module it is in, its address there, what it is.

    ``kind`` is that of a node of the graph, or ``data`` or ``destroy``.
    """

    id: str
    module: str
    label: str
    kind: str


class Picture(msgspec.Struct):
    """What to draw: nodes, and for each the ones that it depends on."""

    spots: dict[str, Spot] = {}
    edges: dict[str, set[str]] = {}
    #: Edges between nodes that depend on each other in a circle.
    cycles: frozenset[Edge] = frozenset()

    def add(self, spot: Spot, needs: Iterable[str] = ()) -> None:
        """Add a node, or further edges of one."""
        self.spots.setdefault(spot.id, spot)
        self.edges.setdefault(spot.id, set()).update(needs)

    def sorted_spots(self) -> list[Spot]:
        """The nodes by module, the root's first."""
        return sorted(self.spots.values(), key=lambda s: (s.module, s.label))

    def sorted_edges(self) -> list[Edge]:
        """The edges, in the order of the nodes."""
        order = {spot.id: number for number, spot in enumerate(self.sorted_spots())}
        return [(spot.id, to) for spot in self.sorted_spots()
                for to in sorted(self.edges[spot.id], key=order.__getitem__)]


def everything(graph: Graph) -> Picture:
    """Every node and every reference."""
    out = Picture()
    for key, node in graph.nodes.items():
        out.add(_spot(key), map(node_name, node.deps))
    return out


def resources(graph: Graph) -> Picture:
    """Resources only; what they depend on is seen through everything else."""
    out = Picture()
    for key in graph.nodes:
        if key[1] in _RESOURCES:
            out.add(_spot(key), map(node_name, _resources_behind(graph, key)))
    out.edges = reduced(out.edges)
    return out


def destroying(graph: Graph) -> Picture:
    """The order of destroying everything: an object goes when nothing uses it any more."""
    out = Picture()
    for key, node in graph.nodes.items():
        spot = _spot(key)
        if spot.kind == "resource":
            needs = () if node.provider is None else (node_name(node.provider),)
            out.add(_destroy(spot), needs)
        elif spot.kind == "provider":
            out.add(spot)
    for key in graph.nodes:
        user = _spot(key)
        if user.kind != "resource":
            continue
        for dep in _resources_behind(graph, key, managed=True):
            out.edges[node_name(dep) + DESTROY].add(user.id + DESTROY)
    return out


def with_destroys(picture: Picture, planned: Mapping[str, list[str]],
                  uses: Mapping[str, Iterable[str]], config: Mapping[str, str]) -> None:
    """Add what a plan destroys.

    Args:
        picture: The picture of the configuration.
        planned: Actions by instance address, as in the plan's JSON.
        uses: Addresses (without keys) that each instance was made with.
        config: The address of the block of each instance.
    """
    going = [address for address, actions in planned.items() if "delete" in actions]
    by_block: dict[str, list[str]] = {}
    for address in going:
        by_block.setdefault(config[address], []).append(address)
        picture.add(Spot(address + DESTROY, "", address + DESTROY, "destroy"))
    for address in going:
        block = config[address]
        if planned[address] == ["create", "delete"]:
            picture.edges[address + DESTROY].add(block)
        elif "create" in planned[address]:
            picture.edges[block].add(address + DESTROY)
        for used in uses.get(address, ()):
            for other in by_block.get(used, ()):
                picture.edges[other + DESTROY].add(address + DESTROY)


def mark_cycles(picture: Picture) -> None:
    """Find the edges that are part of a circle."""
    import networkx  # type: ignore[import-untyped, unused-ignore]

    drawn = networkx.DiGraph((a, b) for a, targets in picture.edges.items() for b in targets)
    component = {name: number for number, names in enumerate(
        networkx.strongly_connected_components(drawn)) for name in names}
    picture.cycles = frozenset(edge for edge in drawn.edges
                               if component[edge[0]] == component[edge[1]])


def reduced(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """*edges* without those that others say already; those of a cyclic graph as they are.

    What is reachable from a node is a bit set in one integer, so that ten thousand nodes take a
    fraction of a second.
    """
    try:
        order = list(graphlib.TopologicalSorter(edges).static_order())
    except graphlib.CycleError:
        return dict(edges)
    bit = {name: 1 << number for number, name in enumerate(order)}
    behind: dict[str, int] = {}
    out: dict[str, set[str]] = {}
    for name in order:
        targets = edges.get(name, set())
        further = 0
        for target in targets:
            further |= behind[target]
        out[name] = {t for t in targets if not further & bit[t]}
        behind[name] = further
        for target in targets:
            behind[name] |= bit[target]
    return out


def _spot(key: NodeKey) -> Spot:
    name = node_name(key)
    module = ".".join(f"module.{m}" for m in key[0])
    kind = "data" if key[1] == "resource" and key[2].startswith("data.") else key[1]
    return Spot(name, module, name.removeprefix(f"{module}."), kind)


def _destroy(spot: Spot) -> Spot:
    return Spot(spot.id + DESTROY, spot.module, spot.label + DESTROY, "destroy")


def _resources_behind(graph: Graph, key: NodeKey, *, managed: bool = False) -> set[NodeKey]:
    """The resources that a resource depends on, seen through everything else, even in a circle.

    With *managed* they are seen through data sources and ephemeral resources, too.
    """
    found: set[NodeKey] = set()
    seen = {key}
    stack = list(graph.nodes[key].deps)
    while stack:
        item = stack.pop()
        if item in seen:
            continue
        seen.add(item)
        if item[1] in _RESOURCES and not (
                managed and (item[1] == "ephemeral" or item[2].startswith("data."))):
            found.add(item)
        else:
            stack.extend(graph.nodes[item].deps)
    return found
