"""Which providers each module requires."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vbrprov.config.constants import constant
from vbrprov.config.model import Module
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast, parse_config


class Requirements(msgspec.Struct, frozen=True):
    """One module: version constraints by local name of the provider, and the modules it calls.

    ``name`` is the name of the call, empty for the root.
    """

    name: str
    providers: dict[str, str]
    children: tuple[Requirements, ...] = ()

    def names(self) -> set[str]:
        """The providers of this module and all below."""
        return {*self.providers, *(name for child in self.children for name in child.names())}


def requirements(module: Module) -> Requirements:
    """The providers of a module and of all below it."""
    names = {*module.settings.required_providers, *(b.ref.name for b in module.providers.values()),
             *(r.provider.name for r in module.resources.values()),
             *(r.provider.name for r in module.ephemerals.values())}
    versions = dict(_versions(module))
    return Requirements(
        module.path[-1] if module.path else "",
        {name: versions.get(name, "") for name in sorted(names)},
        tuple(requirements(child) for _, child in sorted(module.children.items())))


def _versions(module: Module) -> Iterator[tuple[str, str]]:
    """The version constraints in ``required_providers``."""
    for source in module.sources.values():
        body, _ = parse_config(source)
        for outer in body.blocks:
            if outer.type not in ("vbrprov", "terraform"):
                continue
            for block in outer.body.blocks:
                if block.type == "required_providers":
                    yield from _constraints(block, source)


def _constraints(block: ast.Block, source: SourceFile) -> Iterator[tuple[str, str]]:
    for item in block.body.attributes:
        value = constant(item.expr, source, Diagnostics())
        if isinstance(value, dict):
            value = value.get("version")
        if isinstance(value, str):
            yield item.name, value
