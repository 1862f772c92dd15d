"""What servers have, whether anybody declared it or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from msgspec import structs

from vbrprov.diag import Diagnostic, Severity
from vbrprov.plan.environment import Environment
from vbrprov.sdk.audit import Listed
from vbrprov.sdk.resource import ProviderError, ResourceType
from vbrprov.values import Value
from vbrprov.workflow.auditing.model import UNSEEN, Connection, Known, address_of, not_read
from vbrprov.workflow.auditing.reading import Reading, read_facts

Found = tuple[Connection, ResourceType[Any, Any], Listed]


def lists(kind: ResourceType[Any, Any]) -> bool:
    """Whether a type says which objects there are."""
    return type(kind).listing is not ResourceType.listing


def types_of(environment: Environment, provider: str) -> list[ResourceType[Any, Any]]:
    """All resource types of a provider."""
    registry = environment.registry
    found = (registry.resource_type(provider, name)
             for name in registry.type_names(provider, "managed"))
    return [kind for kind in found if kind is not None]


def listed(connections: list[Connection], environment: Environment, reading: Reading,
           recorded: Collection[tuple[str, str]]) -> Iterator[Known]:
    """Every object that a provider lists, but for those of *recorded* (type and id)."""
    found = [one for connection in connections
             for one in _of_connection(connection, environment, reading.unread)]
    names = Counter((kind.type_name, each.name) for _, kind, each in found)
    ids = Counter((kind.type_name, each.import_id) for _, kind, each in found)
    for connection, kind, each in found:
        if (kind.type_name, each.import_id) in recorded:
            continue
        name = each.name
        if names[kind.type_name, name] > 1:
            # What servers make themselves has the same id on each of them.
            alone = ids[kind.type_name, each.import_id] == 1
            name += f" ({each.import_id if alone else f'{each.import_id}, {connection.shown}'})"
        address = address_of(kind.type_name, name)
        known = Known(read_facts(kind, address, each.known), connection.text, each.import_id, kind)
        reading.begin(known, _look(connection, known, reading))
    yield from reading.results()


def _look(connection: Connection, known: Known, reading: Reading) -> Any:
    def look() -> dict[str, Value] | None:
        assert known.kind is not None
        found = known.kind.import_state(connection.client, known.import_id,
                                        reading.context(known.facts.address))
        return None if found is None else found.to_values()

    return look


def _of_connection(connection: Connection, environment: Environment,
                   unread: list[Diagnostic]) -> Iterator[Found]:
    failed: dict[tuple[str, str], list[str]] = {}
    errors: dict[tuple[str, str], ProviderError] = {}
    answered = False
    for kind in types_of(environment, connection.name):
        if not lists(kind) or environment.stop.is_set():
            continue
        try:
            found = list(kind.listing(connection.client))
        except ProviderError as error:
            key = (error.summary, error.detail)
            failed.setdefault(key, []).append(kind.type_name)
            errors[key] = error
            if error.kind not in UNSEEN:
                # Whoever does not answer one question answers none.
                break
        else:
            answered = answered or bool(found)
            yield from ((connection, kind, each) for each in found)
    for key, types in failed.items():
        if answered:
            unread.append(not_read(errors[key], "", f"{', '.join(types)} of {connection.shown}"))
        else:
            # Nothing came of any list: then nothing at all was audited.
            unread.append(structs.replace(
                not_read(errors[key], "", f"anything of {connection.shown}"),
                severity=Severity.ERROR))
