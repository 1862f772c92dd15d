"""``-target`` and ``-exclude``: which resources take part."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.addrs import AddressError, ParsedAddress, parse_address
from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.diag import Diagnostics
from vbrprov.graph import Graph, NodeKey


def parse_all(texts: Iterable[str], option: str, diags: Diagnostics) -> list[ParsedAddress]:
    """The addresses given to an option; malformed ones are errors."""
    out = []
    for text in texts:
        try:
            out.append(parse_address(text))
        except AddressError as error:
            diags.error(f"Invalid address for -{option}", str(error))
    return out


class Selection:
    """Decides for resource nodes and instances whether they take part."""

    def __init__(self, graph: Graph, targets: list[ParsedAddress],
                 excludes: list[ParsedAddress], *, destroy: bool = False) -> None:
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
        for key in graph.nodes:
            if key[1] == "resource" and any(_touches(t, key) for t in self.targets):
                self._direct.add(key)
        reached = _reach(graph, self._direct, downstream=downstream) - self._direct
        self._whole = {key for key in reached if key[1] == "resource"}

    def _close_excludes(self, graph: Graph, *, downstream: bool) -> None:
        left_out = {key for key in graph.nodes if key[1] == "resource"
                    and any(_covers_node(e, key) for e in self.excludes)}
        reached = _reach(graph, left_out, downstream=downstream)
        self._excluded = {key for key in reached if key[1] == "resource"}

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
        if any(e.covers(parsed) for e in self.excludes):
            return False
        if key is not None and not self.node(key):
            return False
        if not self.targets or key in self._whole:
            return True
        return any(t.covers(parsed) for t in self.targets)


def _reach(graph: Graph, start: set[NodeKey], *, downstream: bool) -> set[NodeKey]:
    """*start* and all that it depends on, or (downstream) all that depends on it."""
    reached = set(start)
    if downstream:
        for key in graph.order:
            if not reached.isdisjoint(graph.nodes[key].deps):
                reached.add(key)
        return reached
    stack = [dep for key in start for dep in graph.nodes[key].deps]
    while stack:
        key = stack.pop()
        if key not in reached:
            reached.add(key)
            stack.extend(graph.nodes[key].deps)
    return reached


def _static(parsed: ParsedAddress) -> tuple[str, ...]:
    return tuple(name for name, _ in parsed.module)


def _name(parsed: ParsedAddress) -> str:
    type_name = TYPE_ALIASES.get(parsed.type_name, parsed.type_name)
    prefix = "data." if parsed.mode == "data" else ""
    return f"{prefix}{type_name}.{parsed.name}" if parsed.type_name else ""


def _touches(target: ParsedAddress, key: NodeKey) -> bool:
    path = _static(target)
    if not target.type_name:
        return key[0][: len(path)] == path
    name = key[2]
    parts = name.split(".")
    parts[-2] = TYPE_ALIASES.get(parts[-2], parts[-2])
    return key[0] == path and ".".join(parts) == _name(target)


def _covers_node(exclude: ParsedAddress, key: NodeKey) -> bool:
    return _touches(exclude, key) and exclude.key is None and all(
        k is None for _, k in exclude.module)
