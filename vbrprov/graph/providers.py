"""Which provider configuration a resource uses, and what may be passed to a module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from vbrprov.addrs import InstanceKey, format_key
from vbrprov.config.model import Expression, Module, ModulePath, ProviderRef
from vbrprov.diag import Diagnostics, SourceRange, did_you_mean

#: The address of the provider that is built in: it has no configuration and no client.
BUILTIN = "provider.vbrprov"


def provider_text(node: tuple[ModulePath, str, str] | None, key: InstanceKey = None) -> str:
    """The address of one instance of the provider block at a node; without one, the built-in."""
    if node is None:
        return BUILTIN
    prefix = "".join(f"module.{name}." for name in node[0])
    return f"{prefix}provider.{node[2]}{format_key(key)}"


class Resolved(msgspec.Struct, frozen=True):
    """A configuration as found: the module of its block and its name there.

    ``key`` is the expression of the instance key where one is given, and ``given_by`` the path of
    the module whose call gives it (``None``: the resource does so itself).
    """

    path: ModulePath
    ref: ProviderRef
    key: Expression | None = None
    given_by: ModulePath | None = None


def resolve_provider(
    modules: Mapping[ModulePath, Module], path: ModulePath, ref: ProviderRef,
) -> Resolved | None:
    """The configuration that *ref* means in the module at *path*.

    A module's own block wins, then what its call passes in ``providers``, then (for a provider
    without alias) the parent's. The root has every provider without alias, block or not.
    """
    key, given_by = ref.key, None
    while True:
        module = modules[path]
        if str(ref) in module.providers:
            return Resolved(path, ref, key, given_by)
        if not path:
            return Resolved((), ref, key, given_by) if not ref.alias else None
        passed = modules[path[:-1]].calls[path[-1]].providers.get(str(ref))
        if passed is not None:
            ref = passed
            if passed.key is not None:
                key, given_by = passed.key, path
        elif ref.alias:
            return None
        path = path[:-1]


def key_references(module: Module) -> Iterator[tuple[str, Expression]]:
    """Calls of a module with the instance keys of the providers that they pass."""
    for call in module.calls.values():
        for ref in call.providers.values():
            if ref.key is not None:
                yield call.name, ref.key


def check_instance(modules: Mapping[ModulePath, Module], path: ModulePath, found: Resolved,
                   ref: ProviderRef, where: SourceRange | None, diags: Diagnostics) -> None:
    """A block with ``for_each`` needs an instance key, any other has none to choose from.

    *ref* stands in the module at *path*; what was passed to that is checked where it is called.
    """
    if found.path != path:
        if ref.key is not None:
            diags.error(
                "Unexpected provider instance key", f'"{ref}" is passed to this module, and that '
                "is one instance already. Choose it where the module is called.", ref.key.range)
        return
    block = modules[found.path].providers.get(str(found.ref))
    repeated = block is not None and block.for_each is not None
    if repeated and found.key is None:
        diags.error(
            "Provider instance key required", f'The provider configuration "{found.ref}" has '
            "for_each, so it has one instance for each key. Say which one is meant: "
            f"{found.ref}[each.key].", where,
            related=(("the configuration", block.range),) if block else ())
    elif found.key is not None and not repeated:
        diags.error(
            "Unexpected provider instance key", f'The provider configuration "{found.ref}" has no '
            f"for_each, so it has no instances to choose from. Write {found.ref} without a key.",
            found.key.range, related=(("the configuration", block.range),) if block else ())


def check_outlives(modules: Mapping[ModulePath, Module], found: Resolved, what: str,
                   for_each: Expression | None, diags: Diagnostics) -> None:
    """Warn where one key fewer takes away an object and what could destroy it, both at once."""
    block = modules[found.path].providers.get(str(found.ref))
    if block is None or block.for_each is None or for_each is None:
        return
    if _text(block.for_each) == _text(for_each):
        diags.warning(
            f"Provider configuration for_each matches {what}", f"This {what} has the same for_each "
            f'as the provider configuration "{found.ref}" that it uses. When a key is removed, the '
            "provider instance would be needed to destroy what it made, and it would be gone. Let "
            "the provider's for_each have more keys than this one, so that a provider instance "
            "outlives what it manages.", for_each.range)


def _text(expression: Expression) -> str:
    node = expression.node
    return "".join(expression.source.text[node.start:node.end].split())


def check_passed(modules: Mapping[ModulePath, Module], module: Module, diags: Diagnostics) -> None:
    """What the calls of *module* pass against what exists here and what is expected there."""
    for call in module.calls.values():
        child = module.children.get(call.name)
        if child is None:
            continue
        expected = child.settings.configuration_aliases
        for inside, ref in call.providers.items():
            where = call.provider_ranges.get(inside, call.range)
            found = resolve_provider(modules, module.path, ref)
            if found is None:
                hint = did_you_mean(str(ref), module.providers)
                diags.error(
                    "Provider configuration not present", f'There is no provider configuration '
                    f'"{ref}" to pass to the module "{call.name}". {hint}'.strip(), where)
            else:
                check_instance(modules, module.path, found, ref, where, diags)
                if ref.key is not None:
                    check_outlives(modules, found, "module", call.for_each, diags)
            _check_inside(call.name, inside, ref, child, where, diags)
        for alias, where in expected.items():
            if alias not in call.providers and alias not in child.providers:
                diags.error(
                    "Missing required provider configuration", f'The module "{call.name}" '
                    f'requires a provider configuration "{alias}". Pass it: providers = {{ {alias} '
                    "= ... }.", call.range, related=(("required here", where),))


def _check_inside(call: str, inside: str, ref: ProviderRef, child: Module, where: SourceRange,
                  diags: Diagnostics) -> None:
    """One name of the module that a configuration is passed for."""
    name, _, alias = inside.partition(".")
    if ref.name != name:
        diags.error("Provider type mismatch", f'"{ref}" is a configuration of the provider '
                    f'"{ref.name}", but it is passed to the module "{call}" as "{inside}".', where)
    elif inside in child.providers:
        diags.error("Cannot override provider configuration", f'The module "{call}" has a '
                    f'provider block "{inside}" of its own, so it cannot be given another one.',
                    where, related=(("its own", child.providers[inside].range),))
    elif alias and inside not in child.settings.configuration_aliases:
        hint = did_you_mean(inside, child.settings.configuration_aliases)
        diags.warning("Reference to undefined provider", f'The module "{call}" does not say that '
                      f'it expects a provider configuration "{inside}": its required_providers '
                      f"block does not name it in configuration_aliases. {hint}".strip(), where)
