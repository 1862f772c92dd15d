"""``-target`` and ``-exclude``: which resources take part."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.addrs import AddressError, parse_address
from vbrprov.diag import Diagnostics
from vbrprov.graph import Graph, NodeKey
from vbrprov.plan.patterns import Pattern, parse_pattern


def parse_all(texts: Iterable[str], option: str, diags: Diagnostics) -> list[Pattern]:
    """The addresses and patterns given to an option; malformed ones are errors."""
    out = []
    for text in texts:
        try:
            out.append(parse_pattern(text))
        except AddressError as error:
            diags.error(f"Invalid address for -{option}", str(error))
    return out


class Selection:
    """Decides for resource nodes and instances whether they take part."""

    def __init__(self, graph: Graph, targets: list[Pattern],
                 excludes: list[Pattern], *, destroy: bool = False) -> None:
        self.targets = targets
        self.excludes = excludes
        self._whole: set[NodeKey] = set()
        self._direct: set[NodeKey] = set()
        self._excluded: set[NodeKey] = set()
        # Destroying runs against the references: with something goes what depends on it, and
        # what is kept keeps all that it depends on.
        if targets:
            self._close_targets(graph, downstream=destroy)
        if excludes:
            self._close_excludes(graph, downstream=not destroy)

    @property
    def everything(self) -> bool:
        """Whether nothing was selected, so that all takes part."""
        return not (self.targets or self.excludes)

    def _close_targets(self, graph: Graph, *, downstream: bool) -> None:
        for key, node in graph.nodes.items():
            if key[1] == "resource" and any(t.touches_node(node) for t in self.targets):
                self._direct.add(key)
        # Of what another target needs, all instances are needed, whichever were named.
        reached = _reach(graph, self._direct, downstream=downstream)
        self._whole = {key for key in reached if key[1] == "resource"}

    def _close_excludes(self, graph: Graph, *, downstream: bool) -> None:
        left_out = {key for key in graph.nodes if key[1] == "resource"
                    and any(e.whole_blocks and e.touches(key) for e in self.excludes)}
        reached = _reach(graph, left_out, downstream=downstream)
        self._excluded = left_out | {key for key in reached if key[1] == "resource"}

    def node(self, key: NodeKey) -> bool:
        """Whether any instance of a resource node may take part."""
        if key in self._excluded:
            return False
        return not self.targets or key in self._whole or key in self._direct

    def instance(self, key: NodeKey | None, address: str) -> bool:
        """Whether one instance takes part (*key* is ``None`` when it has no configuration)."""
        if self.everything:
            return True
        parsed = parse_address(address)
        if key in self._excluded or any(e.covers(parsed) for e in self.excludes):
            return False
        if not self.targets or key in self._whole:
            return True
        return any(t.covers(parsed) for t in self.targets)


def _reach(graph: Graph, start: set[NodeKey], *, downstream: bool) -> set[NodeKey]:
    """All that *start* depends on, or (downstream) all that depends on it, some of it included."""
    reached: set[NodeKey] = set()
    if downstream:
        for key in graph.order:
            deps = graph.nodes[key].deps
            if not (reached.isdisjoint(deps) and start.isdisjoint(deps)):
                reached.add(key)
        return reached
    stack = [dep for key in start for dep in graph.nodes[key].deps]
    while stack:
        key = stack.pop()
        if key not in reached:
            reached.add(key)
            stack.extend(graph.nodes[key].deps)
    return reached
