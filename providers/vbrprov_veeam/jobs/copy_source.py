"""What a backup copy job copies: jobs, repositories, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import ErrorClass, Model, ProviderError, attribute, block
from vbrprov_veeam.inventory import group_objects, member
from vbrprov_veeam.jobs.scope import ComputerBlock
from vbrprov_veeam.links import look, put
from vbrprov_veeam.server import REPOSITORIES, SCALE_OUT_REPOSITORIES, Json, Server
from vbrprov_veeam.shapes import Entry, Leaf, Shape

_SCALE_OUT = "ExtendableRepository"


class SourceBlock(Model):
    """``source``: which backups are copied."""

    job_ids: set[str] = attribute(doc="Ids of jobs and policies.", default=[])
    repository_ids: set[str] = attribute(
        doc="Ids of repositories and scale-out repositories: all backups in them.", default=[])
    excluded_job_ids: set[str] = attribute(doc="Ids of jobs to leave out.", default=[])
    excluded_computer: set[ComputerBlock] = block(doc="A computer to leave out.")
    excluded_group_ids: set[str] = attribute(
        doc="Ids of protection groups to leave out.", default=[])
    transaction_logs: bool = attribute(doc="Copy backups of transaction logs too.", default=False)


@dataclass(frozen=True, slots=True)
class _Ids(Entry):
    """Objects that are named by their ids; what the server tells of them stays."""

    argument: str
    wire: str

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Name them."""
        wanted = set(getattr(model, self.argument) or [])
        current: list[Json] = look(raw, self.wire) or []
        if wanted != {o.get("id") for o in current}:
            kept = [o for o in current if o.get("id") in wanted]
            new = sorted(wanted - {o.get("id") for o in kept})
            put(raw, self.wire, [*kept, *(self.made(server, i) for i in new)])

    def read(self, raw: Json, model: type[Model]) -> set[str]:
        """The ids."""
        return {str(o.get("id")) for o in look(raw, self.wire) or []}

    def made(self, server: Server, object_id: str) -> Json:
        """The object on the wire."""
        return {"id": object_id}


class _Repositories(_Ids):
    """Repositories, of which the wire names the type too."""

    __slots__ = ()

    def made(self, server: Server, object_id: str) -> Json:
        """Id and type; the type is asked for."""
        found = server.find(f"{REPOSITORIES}/{object_id}")
        if found is not None:
            return {"id": object_id, "type": found["type"]}
        if server.find(f"{SCALE_OUT_REPOSITORIES}/{object_id}") is None:
            raise ProviderError(
                ErrorClass.INVALID, "Repository not found",
                f"{server.label} has no repository and no scale-out repository with the id "
                f"{object_id}.", attribute="source")
        return {"id": object_id, "type": _SCALE_OUT}


_EXCLUDED = "sourceObjects.excludes.objects"


@dataclass(frozen=True, slots=True)
class _ExcludedGroups(Entry):
    """Protection groups and computers that are left out: one list on the wire."""

    argument: str = "excluded_group_ids"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set both; objects that stay are not looked up again."""
        current: list[Json] = look(raw, _EXCLUDED) or []
        agents = _agents(raw)
        wanted: list[tuple[str, Any]] = [(i, None) for i in sorted(model.excluded_group_ids or [])]
        wanted += sorted((c.protection_group_id, c.name) for c in model.excluded_computer or [])
        if set(wanted) == set(map(_key, agents)):
            return
        known = {_key(o): o for o in agents}
        made = [known.get(key) or (group_objects(server, [key[0]])[0] if key[1] is None
                                   else member(server, *key)) for key in wanted]
        put(raw, _EXCLUDED, [*(o for o in current if o not in agents), *made])

    def read(self, raw: Json, model: type[Model]) -> set[str]:
        """The ids of groups."""
        return {key[0] for key in map(_key, _agents(raw)) if key[1] is None}


@dataclass(frozen=True, slots=True)
class _ExcludedComputers(Entry):
    argument: str = "excluded_computer"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Leave it to the groups."""

    def read(self, raw: Json, model: type[Model]) -> list[ComputerBlock]:
        """The computers."""
        found = [key for key in map(_key, _agents(raw)) if key[1] is not None]
        return [ComputerBlock(protection_group_id=group, name=name)
                for group, name in sorted(found)]


def _agents(raw: Json) -> list[Json]:
    # The list may name machines of hypervisors too.
    return [o for o in look(raw, _EXCLUDED) or [] if o.get("platform") == "Agent"]


def _key(item: Json) -> tuple[str, Any]:
    name = None if item.get("type") == "ProtectionGroup" else item.get("name")
    return str(item.get("protectionGroupId")), name


#: Where each argument of the block lies.
SOURCE = Shape(SourceBlock, (
    _Ids("job_ids", "sourceObjects.includes.jobs"),
    _Repositories("repository_ids", "sourceObjects.includes.repositories"),
    _Ids("excluded_job_ids", "sourceObjects.excludes.jobs"),
    _ExcludedGroups(), _ExcludedComputers(),
    Leaf("transaction_logs", "sourceObjects.enableTransactionLogCopy"),
))
