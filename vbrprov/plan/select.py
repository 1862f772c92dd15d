"""``-target`` and ``-exclude``: which resources take part."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.addrs import AddressError, ParsedAddress, parse_address
from vbrprov.diag import Diagnostics
from vbrprov.graph import Graph, NodeKey
from vbrprov.plan.model import Options
from vbrprov.plan.patterns import Pattern, Patterns, parse_pattern


def parse_all(texts: Iterable[str], option: str, diags: Diagnostics) -> list[Pattern]:
    """The addresses and patterns given to an option; malformed ones are errors."""
    out = []
    for text in texts:
        try:
            out.append(parse_pattern(text))
        except AddressError as error:
            diags.error(f"Invalid address for -{option}", str(error))
    return out


def selection_of(graph: Graph, options: Options, diags: Diagnostics) -> Selection:
    """What takes part with some options; malformed addresses are errors."""
    return Selection(graph, parse_all(options.targets, "target", diags),
                     parse_all(options.excludes, "exclude", diags), destroy=options.destroy)


class Selection:
    """Decides for resource nodes and instances whether they take part."""

    def __init__(self, graph: Graph, targets: list[Pattern],
                 excludes: list[Pattern], *, destroy: bool = False) -> None:
        self.targets = targets
        self.excludes = excludes
        self._destroy = destroy
        self._targets, self._excludes = Patterns(targets), Patterns(excludes)
        # Destroying runs against the references: with something goes what depends on it, and
        # what is kept keeps all that it depends on.
        self._direct = {
            key for key, node in graph.nodes.items()
            if key[1] == "resource" and any(True for _ in self._targets.touching(node))}
        # Of what targets need, all instances are taken along; but of what is named itself, only
        # those that are named, as in Terraform.
        self._taken_along = _reach(graph, self._direct, downstream=destroy) - self._direct
        left_out = {key for key in graph.nodes if key[1] == "resource"
                    and self._excludes.leaving_out(key)}
        self._excluded = left_out | _reach(graph, left_out, downstream=not destroy)

    @property
    def everything(self) -> bool:
        """Whether nothing was selected, so that all takes part."""
        return not (self.targets or self.excludes)

    def node(self, key: NodeKey) -> bool:
        """Whether any instance of a resource node may take part."""
        if key in self._excluded:
            return False
        return not self.targets or key in self._taken_along or key in self._direct

    def spares(self, key: NodeKey) -> bool:
        """Whether nothing that takes part needs what is at a node, so that it may be wrong."""
        return not (self.everything or self._destroy or self.node(key))

    def instance(self, key: NodeKey | None, address: str) -> bool:
        """Whether one instance takes part (*key* is ``None`` when it has no configuration)."""
        if self.everything:
            return True
        parsed = parse_address(address)
        if key in self._excluded or self.excludes_address(parsed):
            return False
        return not self.targets or key in self._taken_along or self.targets_address(parsed)

    def targets_address(self, address: ParsedAddress) -> bool:
        """Whether a target matches an address."""
        return self._targets.cover(address)

    def excludes_address(self, address: ParsedAddress) -> bool:
        """Whether what is excluded matches an address."""
        return self._excludes.cover(address)


def _reach(graph: Graph, start: set[NodeKey], *, downstream: bool) -> set[NodeKey]:
    """All that *start* depends on, or (downstream) all that depends on it, some of it included."""
    reached: set[NodeKey] = set()
    if not start:
        return reached
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
