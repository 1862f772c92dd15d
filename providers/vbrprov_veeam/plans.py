"""Small questions about an instance while it is planned, where values may be unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import Model, PlanDraft, ProviderError
from vbrprov.sdk.values import ListV, MapV, Null, SetV, Unknown, Value, bare, equal, is_wholly_known
from vbrprov_veeam.api import Feature
from vbrprov_veeam.server import Server


def gate(plan: PlanDraft, feature: Feature, attribute: str | None = None) -> None:
    """Refuse a new object that the server's revision of the API has no calls for.

    A server that cannot be asked now says so when the plan is applied.
    """
    client = plan.client
    if plan.prior is not None or not isinstance(client, Server) or client.known_revision is None:
        return
    try:
        client.require(feature)
    except ProviderError as error:
        plan.error(error.summary, error.detail, attribute)


def is_unset(value: Value | None) -> bool:
    """Whether configuration says nothing (an unknown value says something)."""
    return value is None or isinstance(bare(value), Null)


def part(values: Mapping[str, Value] | None, path: str) -> Value | None:
    """The value at a dotted path through single blocks; ``None`` where the way is not there."""
    node: Any = values
    for name in path.split("."):
        node = bare(node) if node is not None else None
        if not isinstance(node, Mapping):
            return None
        node = node.get(name)
    result: Value | None = node
    return result


def is_open(value: Value | None) -> bool:
    """Whether the value is known only after apply."""
    return value is not None and isinstance(bare(value), Unknown)


def differs(plan: PlanDraft, path: str) -> bool:
    """Whether the value at *path* is to change; an unknown new value counts as a change."""
    if plan.prior is None:
        return False
    old, new = part(plan.prior, path), part(plan.planned, path)
    if old is None or new is None:
        return False
    return not (is_wholly_known(new) and equal(old, new))


def replace_on_change(plan: PlanDraft, *paths: str) -> None:
    """Ask for a new object where an argument inside a block changes that no update can carry."""
    for path in paths:
        if differs(plan, path):
            plan.require_replace(path.partition(".")[0])


def keep_open(plan: PlanDraft, name: str, block: type[Model], *, same: bool = True) -> None:
    """Computed arguments of a block that configuration leaves open stay as they are.

    They are known after apply where there is no such block yet, or when it is not the *same* any
    more.
    """
    planned = bare(plan.planned[name])
    if not isinstance(planned, dict):
        return
    filled = dict(planned)
    for argument, spec in block.schema().attributes.items():
        if spec.computed and is_unset(part(plan.config, f"{name}.{argument}")):
            known = part(plan.prior, f"{name}.{argument}") if same else None
            filled[argument] = Unknown(spec.type) if known is None else known
    plan.planned[name] = filled


def require(plan: PlanDraft, name: str, why: str) -> None:
    """Refuse the plan when configuration does not set the argument *name*."""
    if is_unset(plan.config.get(name)):
        plan.error("Argument is missing", f"Set {name}: {why}.", name)


def forbid(plan: PlanDraft, name: str, why: str) -> None:
    """Refuse the plan when configuration sets the argument *name*."""
    value = plan.config.get(name)
    if not is_unset(value) and bare(value) is not False:
        plan.error("Argument does not apply", f"{name} {why}.", name)


def is_given(values: Mapping[str, Value], *names: str) -> bool:
    """Whether one of the arguments says something; false or a list without members does not."""
    for name in names:
        value = bare(values[name]) if name in values else None
        if value is None or is_unset(value) or value is False:
            continue
        if isinstance(value, (ListV, SetV, MapV)) and not value.items:
            continue
        return True
    return False
