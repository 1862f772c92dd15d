"""The configuration's providers, and what a state has recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from vbrprov.addrs import is_data, provider_name
from vbrprov.diff.stored import attributes_of
from vbrprov.graph.providers import BUILTIN
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.environment import Environment
from vbrprov.plan.planner import Planner
from vbrprov.sdk.provider import Provider, ProviderConfig
from vbrprov.sdk.resource import ErrorClass, ProviderError, Recovery, ResourceType
from vbrprov.state.awaiting import is_made
from vbrprov.state.model import Instance
from vbrprov.values import Value, bare
from vbrprov.workflow.auditing.model import Connection, Known
from vbrprov.workflow.auditing.reading import Reading, read_facts

#: Attributes that hold on whatever became of an object.
_NAMES: Final = ("id", "name", "bucket", "repository_id")


def connections(planner: Planner, environment: Environment) -> list[Connection]:
    """The providers that are configured, and those that need no block for it."""
    found = [Connection(text, provider_name(text), client)
             for text, client in sorted(planner.clients.made().items())]
    # What other packages bring along counts from here on as what comes with vbrprov.
    environment.registry.third_parties()
    for name in environment.registry.provider_names():
        provider, text = environment.registry.provider(name), f"provider.{name}"
        if (provider is None or text == BUILTIN or ((), "provider", name) in planner.graph.nodes
                or (environment.sandbox is not None and name not in environment.sandbox)):
            continue
        config = _config_of(provider)
        if config is None or any(
                spec.required for spec in config.model.schema().attributes.values()):
            continue
        try:
            client = config.configure(config.model(), environment.provider_context(name, ""))
        except ProviderError:
            # Nothing in the environment says how to reach it.
            continue
        found.append(Connection(text, name, client))
    return found


def _config_of(provider: Provider) -> ProviderConfig | None:
    """How a provider is configured; ``None`` for one that has rules only."""
    try:
        return provider.config()
    except ModuleNotFoundError as error:
        if error.name == f"{provider.package}.provider":
            return None
        raise


def recorded(planner: Planner, reading: Reading) -> Iterator[Known]:
    """The recorded objects as they are now, and the data sources as they were just read."""
    facts = {c.address: c.facts for c in planner.plan.changes if c.facts is not None}
    for change in planner.plan.changes:
        if change.mode == "data" and change.facts is not None:
            yield Known(change.facts, change.provider, _id(change.after or {}))
    for instance in planner.state.instances.values():
        kind = planner.kind_of(instance)
        if (not is_data(instance.address) and not instance.deposed and is_made(instance)
                and kind is not None and type(kind).views is not ResourceType.views):
            _begin(instance, kind, planner.clients.get(instance.provider), reading)
    for known in reading.results():
        declared = facts.get(known.facts.address)
        # What configuration says about rules, and where it says what.
        yield known if declared is None else replace(known, facts=replace(
            declared, planned=known.facts.planned, live=known.facts.live, action="no-op",
            changed=frozenset(), prior=None, phase="plan"))


def _begin(instance: Instance, kind: ResourceType[Any, Any], client: Any,
           reading: Reading) -> None:
    values = attributes_of(instance, kind.model.schema())
    known: dict[str, Value] = {n: values[n] for n in _NAMES if n in values}

    def look() -> dict[str, Value] | None:
        if kind.recovery is Recovery.LOCAL:
            return values
        if is_deferred(client):
            raise ProviderError(ErrorClass.UNSUPPORTED, "Provider not configured",
                                f"There is no {instance.provider} to read it with.")
        context = reading.context(instance.address, instance.token, dict(instance.private))
        found = kind.read(client, kind.model.from_values(values), context)
        return None if found is None else found.to_values()

    reading.begin(Known(read_facts(kind, instance.address, known), instance.provider,
                        _id(values), kind), look)


def _id(values: Mapping[str, Value]) -> str:
    found = bare(values.get("id"))
    return found if isinstance(found, str) else ""
