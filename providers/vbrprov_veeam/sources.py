"""Data sources that look up one object of the server, by its id or by its exact name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from vbrprov.sdk import DataSource, Model, StepContext, attribute
from vbrprov_veeam.lookups import one
from vbrprov_veeam.marks import without_token
from vbrprov_veeam.server import Json, Server


class LookupModel(Model):
    """Arguments that all have."""

    id: str | None = attribute(doc="Id; or set name.", computed=True)
    name: str | None = attribute(doc="Exact name; or set id.", computed=True)


class DescribedModel(LookupModel):
    """With what most objects have."""

    description: str | None = attribute(doc="Its description.", computed=True)


L = TypeVar("L", bound=LookupModel)


class Lookup(DataSource[L, Server]):
    """One object of one collection."""

    #: Path of the collection.
    path: ClassVar[str]
    #: Word for people.
    noun: ClassVar[str]

    def fits(self, raw: Json) -> bool:
        """Whether an object of the collection is of this kind."""
        return True

    def names(self, raw: Json) -> set[str]:
        """The names by which a person may call the object."""
        return {str(raw.get("name"))}

    def fields_of(self, server: Server, raw: Json) -> dict[str, Any]:
        """The attributes, but for id and name."""
        return {"description": without_token(raw.get("description"))}

    def read(self, client: Server, config: L, ctx: StepContext) -> L:
        """The object that has the id or the name.

        Raises:
            ProviderError: There is none, or several have the name.
        """
        raw = self.found(client, config)
        return config.copy(**{"id": raw["id"], "name": raw.get("name"),
                              **self.fields_of(client, raw)})

    def found(self, client: Server, config: L) -> Json:
        """The whole object."""
        raw = one(client, self.path, self.noun, object_id=config.id, name=config.name,
                  names=self.names, fits=self.fits,
                  describe=lambda raw: f"{raw.get('name')}  {raw.get('type', '')}")
        return raw if config.id is not None else client.get(f"{self.path}/{raw['id']}")

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)
