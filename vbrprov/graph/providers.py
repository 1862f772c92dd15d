"""Which provider configuration a resource uses."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.config.model import Module, ModulePath, ProviderRef


def resolve_provider(
    modules: Mapping[ModulePath, Module], path: ModulePath, ref: ProviderRef,
) -> tuple[ModulePath, ProviderRef] | None:
    """The module and name of the configuration that *ref* means in the module at *path*.

    A module's own block wins, then what its call passes in ``providers``, then (for a provider
    without alias) the parent's. The root has every provider without alias, block or not.
    """
    while True:
        module = modules[path]
        if str(ref) in module.providers:
            return path, ref
        if not path:
            return ((), ref) if not ref.alias else None
        passed = modules[path[:-1]].calls[path[-1]].providers.get(str(ref))
        if passed is not None:
            ref = passed
        elif ref.alias:
            return None
        path = path[:-1]
