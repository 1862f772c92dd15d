"""Giving recorded objects other addresses, or another provider configuration."""

from __future__ import annotations

import msgspec

from vbrprov.addrs import (
    AddressError,
    ParsedAddress,
    parse_address,
    provider_name,
)
from vbrprov.addrs.provider import parse_provider
from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.diag import Diagnostics, did_you_mean
from vbrprov.plan.environment import Registry
from vbrprov.plan.moves import relocated
from vbrprov.state.errors import StateError
from vbrprov.state.model import Instance, StateData
from vbrprov.workflow.backend import open_session
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import find_backend


def move(request: Request, runtime: Surroundings, source: str, destination: str, *,
         dry_run: bool) -> list[tuple[str, str]]:
    """Move what is recorded at *source* to *destination*: (from, to) of each address.

    All or nothing. Both name a module, a resource with all its instances, or one instance.
    """
    diags = runtime.diags
    try:
        old, new = parse_address(source), parse_address(destination)
    except AddressError as error:
        diags.error("Invalid address", str(error))
        return []
    backend = find_backend(request, runtime)
    if backend is None or not _same_kind(old, new, diags):
        return []
    try:
        with open_session(backend, "state mv", request, diags) as session:
            diags.extend(session.diagnostics)
            moved = _destinations(session.data, old, new, source, diags)
            refuse_open(session.data, (*moved, *moved.values()), diags)
            if diags.has_errors:
                return []
            found = relocated(moved, session.data)
            if not dry_run and moved:
                session.begin(len(moved))
                session.move([(m.former, m.instance.deposed) for m in found.moves],
                             [*(m.instance for m in found.moves), *found.rewritten])
    except StateError as error:
        diags.add(error.diagnostic)
        return []
    return sorted(moved.items())


def refuse_open(data: StateData, addresses: tuple[str, ...], diags: Diagnostics) -> None:
    """Report each open operation on one of *addresses*: what became of it is not known yet."""
    for intent in data.intents.values():
        if intent.address in addresses:
            diags.error(
                "An operation is open", "An interrupted run may have changed "
                f"{intent.address} without recording it. Find out first, with:\n\n    "
                "vbrprov apply")


def _same_kind(old: ParsedAddress, new: ParsedAddress, diags: Diagnostics) -> bool:
    if bool(old.type_name) != bool(new.type_name):
        diags.error("Invalid state move", "A module can only become a module, and a resource only "
                    "a resource.")
    elif (old.mode, _type(old)) != (new.mode, _type(new)):
        diags.error("Invalid state move", f"{old} is of the type {old.type_name or 'module'} and "
                    f"{new} would be of another: {new.type_name}. An object keeps its type.")
    return not diags.has_errors


def _type(address: ParsedAddress) -> str:
    return TYPE_ALIASES.get(address.type_name, address.type_name)


def _destinations(data: StateData, old: ParsedAddress, new: ParsedAddress, source: str,
                  diags: Diagnostics) -> dict[str, str]:
    """New address by old one; mistakes are reported."""
    recorded = dict.fromkeys(address for address, _ in data.instances)
    sources = [a for a in recorded if old.covers(parse_address(a))]
    if not sources:
        hint = did_you_mean(source, recorded)
        diags.error("Invalid target address", f"No matching objects found at {source}. {hint} To "
                    "view the available instances, run:\n\n    vbrprov state list")
        return {}
    moved = {}
    for address in sources:
        parsed = parse_address(address)
        if not old.type_name:
            module = _module(old, new, parsed)
            moved[address] = str(msgspec.structs.replace(parsed, module=module))
        elif new.key is not None or old.key is not None:
            # One instance: it gets exactly the address that is given.
            moved[address] = str(new)
        else:
            moved[address] = str(msgspec.structs.replace(new, key=parsed.key))
    if len(set(moved.values())) < len(moved):
        diags.error("Invalid state move", f"{source} has {len(moved)} instances, which cannot all "
                    f"become {new}. Move them one by one.")
    moved = {a: b for a, b in moved.items() if a != b}
    for taken in sorted(set(moved.values()) & (recorded.keys() - moved.keys())):
        diags.error("Invalid state move", f"There is an object at {taken} already.")
    return moved


def _module(old: ParsedAddress, new: ParsedAddress,
            parsed: ParsedAddress) -> tuple[tuple[str, str | int | None], ...]:
    """Where something of the module *old* lies once that is *new*."""
    rest = parsed.module[len(old.module):]
    name, key = new.module[-1]
    if key is None and old.module[-1][1] is None:
        # All instances of the call: each keeps its key.
        key = parsed.module[len(old.module) - 1][1]
    return (*new.module[:-1], (name, key), *rest)


def replace_provider(request: Request, runtime: Surroundings, registry: Registry, old: str,
                     new: str, *, dry_run: bool) -> list[str]:
    """Record *new* as the provider configuration of all that has *old*; what is concerned.

    Each is ``provider.NAME[.ALIAS]`` (in a module with its address before it), or ``NAME`` or a
    registry address for every configuration of a provider.
    """
    diags = runtime.diags
    backend = find_backend(request, runtime)
    before, after = _provider(old, registry, diags), _provider(new, registry, diags)
    if backend is None or diags.has_errors:
        return []
    if ("." in before) != ("." in after):
        diags.error("Invalid provider address", "Give two configurations, such as provider.aws and "
                    "provider.aws.west, or two providers, such as aws and s3.")
        return []
    changed: list[Instance] = []
    try:
        with open_session(backend, "state replace-address", request, diags) as session:
            diags.extend(session.diagnostics)
            for instance in session.data.instances.values():
                to = _replaced(instance.provider, before, after)
                if to is None:
                    continue
                parsed = parse_address(instance.address)
                if registry.resource_type(provider_name(to), parsed.type_name) is None:
                    diags.error("Unsupported resource type", f"{instance.address} cannot belong to "
                                f"{to}: that provider has no type {parsed.type_name}.")
                changed.append(msgspec.structs.replace(instance, provider=to))
            refuse_open(session.data, tuple(i.address for i in changed), diags)
            if diags.has_errors:
                return []
            if not dry_run and changed:
                session.begin(len(changed))
                session.move([], changed)
    except StateError as error:
        diags.add(error.diagnostic)
        return []
    return sorted(dict.fromkeys(i.address for i in changed))


def _provider(text: str, registry: Registry, diags: Diagnostics) -> str:
    """A configuration's address, or the local name of a provider."""
    if "/" in text:
        for name in registry.provider_names():
            found = registry.provider(name)
            if found is not None and found.registry.rsplit("/", 2)[1:] == text.lower().rsplit(
                    "/", 2)[1:]:
                return name
        diags.error("Unknown provider", f'There is no provider "{text}".')
        return ""
    if "." not in text:
        if registry.provider(text) is None:
            diags.error("Unknown provider", f'There is no provider "{text}". '
                        f"{did_you_mean(text, registry.provider_names())}".strip())
        return text
    try:
        return str(parse_provider(text))
    except AddressError as error:
        diags.error("Invalid provider address", str(error))
        return ""


def _replaced(provider: str, before: str, after: str) -> str | None:
    """The new address of a provider configuration; ``None`` when it is not meant."""
    if "." in before:
        return after if provider == before and provider != after else None
    parsed = parse_provider(provider)
    if parsed.name != before or before == after:
        return None
    return str(msgspec.structs.replace(parsed, name=after))
