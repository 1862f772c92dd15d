"""data veeam_repository: one repository of any type, by name or id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vbrprov.sdk import DataSource, StepContext, attribute
from vbrprov_veeam import lookups
from vbrprov_veeam.repositories import facts
from vbrprov_veeam.server import REPOSITORIES, Server


class RepositoryModel(facts.RepositoryFacts):
    """Arguments and attributes of ``data.veeam_repository``."""

    id: str | None = attribute(doc="Id of the repository; or give name.", computed=True)
    name: str | None = attribute(doc="Name of the repository; or give id.", computed=True)


class Repository(DataSource[RepositoryModel, Server]):
    """A repository that exists, also of types that vbrprov does not manage."""

    type_name = "veeam_repository"
    model = RepositoryModel
    doc = "One backup repository of any type, by name or id."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/get-vbrbackuprepository.html"

    def read(self, client: Server, config: RepositoryModel, ctx: StepContext) -> RepositoryModel:
        """Look it up, with its space."""
        raw = lookups.one(
            client, REPOSITORIES, "repository", object_id=config.id, name=config.name,
            names=lambda r: {str(r.get("name"))},
            describe=lambda r: f"{r.get('name')}  {r.get('type')}")
        return config.copy(id=raw["id"], name=raw.get("name"),
                           **facts.facts(raw, facts.states(client).get(raw["id"])))

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)
