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
                 excludes: list[ParsedAddress]) -> None:
        self.targets = targets
        self.excludes = excludes
        self._whole: set[NodeKey] = set()
        self._direct: set[NodeKey] = set()
        self._excluded: set[NodeKey] = set()
        if targets:
            self._close_targets(graph)
        if excludes:
            self._close_excludes(graph)

    @property
    def everything(self) -> bool:
        """Whether nothing was selected, so that all takes part."""
        return not (self.targets or self.excludes)

    def _close_targets(self, graph: Graph) -> None:
        for key in graph.nodes:
            if key[1] == "resource" and any(_touches(t, key) for t in self.targets):
                self._direct.add(key)
        stack = [dep for key in self._direct for dep in graph.nodes[key].deps]
        seen: set[NodeKey] = set()
        while stack:
            key = stack.pop()
            if key in seen:
                continue
            seen.add(key)
            stack.extend(graph.nodes[key].deps)
        self._whole = {key for key in seen if key[1] == "resource"}

    def _close_excludes(self, graph: Graph) -> None:
        tainted: set[NodeKey] = set()
        for key in graph.order:
            # Whatever depends on something left out is left out too.
            left_out = key[1] == "resource" and any(_covers_node(e, key) for e in self.excludes)
            if left_out or any(dep in tainted for dep in graph.nodes[key].deps):
                tainted.add(key)
        self._excluded = {key for key in tainted if key[1] == "resource"}

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
    return _touches(exclude, key) and exclude.key is None and all(k is None for _,
                                                                  k in exclude.module)
