"""The buckets and containers below repositories: who has them, and how they are set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from vbrprov.diff.stored import mark_by_schema
from vbrprov.plan.environment import Environment
from vbrprov.sdk.audit import StorageBelow
from vbrprov.sdk.resource import ErrorClass, ProviderError, ResourceType
from vbrprov.values import bare
from vbrprov.workflow.auditing.listed import types_of
from vbrprov.workflow.auditing.model import Connection, Known, address_of, not_read
from vbrprov.workflow.auditing.reading import Reading, read_facts

Kind = ResourceType[Any, Any]


def storages(objects: Iterable[Known], connections: list[Connection], environment: Environment,
             reading: Reading, recorded: Collection[tuple[str, str]]) -> Iterator[Known]:
    """What lies below *objects*, but for what is *recorded* (type and id)."""
    clients = {each.text: each.client for each in connections}
    wanted: dict[StorageBelow, None] = {}
    for known in objects:
        if known.kind is None or known.facts.live is None or known.provider not in clients:
            continue
        try:
            for storage in known.kind.beneath(clients[known.provider], known.facts.live):
                wanted[storage] = None
        except ProviderError as error:
            reading.unread.append(not_read(error, known.facts.address, "storage"))
    names = Counter((each.family, each.account, each.name) for each in wanted)
    shared = {each for each in wanted if names[each.family, each.account, each.name] > 1}
    search = _Search(connections, environment, reading, recorded, shared)
    for storage in wanted:
        search.look_for(storage)
    yield from search.found()


class _Search:
    """Looks for storages with one connection after the other."""

    def __init__(self, connections: list[Connection], environment: Environment, reading: Reading,
                 recorded: Collection[tuple[str, str]], shared: Collection[StorageBelow]) -> None:
        self._shared = shared
        self._connections = connections
        self._environment = environment
        self._reading = reading
        self._recorded = recorded
        self._seen: set[str] = set()
        self._holding: dict[str, list[tuple[str, Kind]]] = {}

    def look_for(self, storage: StorageBelow) -> None:
        """Begin to look for one, as every type of the family that one provider has."""
        asked: dict[str, list[Kind]] = {}
        for name, kind in self._types(storage.family):
            asked.setdefault(name, []).append(kind)
        # Several providers may hold a family. A storage, with all its parts, is with one of those
        # that know anything of it.
        asked = {name: kinds for name, kinds in asked.items()
                 if any(kind.storage_known(storage) for kind in kinds)}
        mine = [each for each in self._connections if each.name in asked]
        for part in range(max((len(kinds) for kinds in asked.values()), default=0)):
            tried = [(each, asked[each.name][part]) for each in mine
                     if part < len(asked[each.name])]
            stand_in = next(((each.text, kind) for each, kind in tried), None) or next(
                (f"provider.{name}", kinds[part]) for name, kinds in asked.items()
                if part < len(kinds))
            self._begin(storage, stand_in, tried, sorted(asked))

    def found(self) -> Iterator[Known]:
        """All that was found, each once, and what stands for those that were not."""
        for known in self._reading.results():
            address = known.facts.address
            if address not in self._seen:
                self._seen.add(address)
                yield known

    def _begin(self, storage: StorageBelow, stand_in: tuple[str, Kind],
               tried: list[tuple[Connection, Kind]], providers: list[str]) -> None:
        provider, kind = stand_in
        facts = read_facts(kind, self._address(kind, storage), kind.storage_known(storage))
        self._reading.submit(lambda: self._find(storage, tried, providers),
                             Known(facts, provider, "", kind))

    def _find(self, storage: StorageBelow, tried: list[tuple[Connection, Kind]],
              providers: list[str]) -> Known | None:
        why: list[str] = []
        for connection, kind in tried:
            try:
                for import_id in kind.storage_ids(connection.client, storage):
                    if (kind.type_name, import_id) in self._recorded:
                        return None
                    found = self._read(connection, kind, storage, import_id)
                    if found is not None:
                        return found
            except ProviderError as error:
                why.append(f"{connection.shown}: {error.summary}: {error.detail}")
            else:
                why.append(f"{connection.shown} shows no such {kind.type_name}.")
        if storage.missing:
            why = [storage.missing]
        elif not why:
            names = " or ".join(f'provider "{name}"' for name in providers)
            why = [f"No provider is configured that could show it. Configure {names}."]
        raise ProviderError(ErrorClass.UNSUPPORTED, f"The {storage} cannot be read", " ".join(why))

    def _read(self, connection: Connection, kind: Kind, storage: StorageBelow,
              import_id: str) -> Known | None:
        address = self._address(kind, storage)
        found = kind.import_state(connection.client, import_id, self._reading.context(address))
        if found is None:
            return None
        values = mark_by_schema(found.to_values(), kind.model.schema(), address)
        return Known(read_facts(kind, address, values), connection.text, import_id, kind)

    def _types(self, family: str) -> list[tuple[str, Kind]]:
        if family not in self._holding:
            registry = self._environment.registry
            self._holding[family] = [
                (name, kind) for name in registry.provider_names()
                for kind in types_of(self._environment, name) if kind.holds == family]
        return self._holding[family]

    def _address(self, kind: Kind, storage: StorageBelow) -> str:
        """A container is named with its account, and a bucket by its store where two have it."""
        known = kind.storage_known(storage)
        names = (bare(known.get(each)) for each in ("name", "bucket", "bucket_name"))
        name = next((each for each in names if isinstance(each, str)), f"below {storage.name}")
        if storage.account and name != storage.account:
            name = f"{storage.account}/{name}"
        return address_of(kind.type_name, f"{name} ({storage.endpoint})"
                          if storage in self._shared else name)
