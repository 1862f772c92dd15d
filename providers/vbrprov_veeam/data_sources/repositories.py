"""data veeam_repositories: all repositories, or some of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_veeam import lookups
from vbrprov_veeam.repositories import facts
from vbrprov_veeam.server import REPOSITORIES, Server


class RepositoryItem(facts.RepositoryFacts):
    """One repository."""

    id: str | None = computed_attribute(doc="Id.")
    name: str | None = computed_attribute(doc="Name.")


class RepositoriesModel(Model):
    """Arguments and attributes of ``data.veeam_repositories``."""

    name_regex: str | None = attribute(doc="Only those in whose name this is found.")
    type: str | None = attribute(
        doc="Only those of this type, in the words of the server, such as AmazonS3.")
    ids: list[str] = computed_attribute(doc="Ids, in the order of the names.")
    names: list[str] = computed_attribute(doc="Names, in order.")
    repositories: list[RepositoryItem] = computed_attribute(
        doc="The repositories, in the order of their names.")


class Repositories(DataSource[RepositoriesModel, Server]):
    """The repositories of a server; none is no error."""

    type_name = "veeam_repositories"
    model = RepositoriesModel
    doc = "The backup repositories of any type, all or some."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/get-vbrbackuprepository.html"

    def read(
        self, client: Server, config: RepositoriesModel, ctx: StepContext,
    ) -> RepositoriesModel:
        """List them, with their space."""
        wanted = lookups.pattern(config.name_regex, "name_regex")
        found = sorted(
            (raw for raw in client.objects(REPOSITORIES)
             if wanted.search(str(raw.get("name"))) and config.type in (None, raw.get("type"))),
            key=lambda raw: str(raw.get("name")))
        states = facts.states(client)
        return config.copy(
            ids=[raw["id"] for raw in found], names=[raw["name"] for raw in found],
            repositories=[RepositoryItem(id=raw["id"], name=raw["name"],
                                       **facts.facts(raw, states.get(raw["id"])))  # type: ignore[arg-type]  # by name
                        for raw in found])

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)
