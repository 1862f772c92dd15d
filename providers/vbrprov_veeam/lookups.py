"""Data sources that look up one object of the server, by its id or by its exact name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from vbrprov.sdk import DataSource, ErrorClass, Model, ProviderError, StepContext, attribute
from vbrprov_veeam.marks import without_token
from vbrprov_veeam.server import Json, Server, only


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
        if (config.id is None) == (config.name is None):
            raise ProviderError(ErrorClass.INVALID, "Argument is missing",
                                f"Set either id or name of the {self.noun}.", attribute="name")
        raw = self._found(client, config)
        if raw is None or not self.fits(raw):
            said = f"the id {config.id}" if config.id else f"the name {config.name!r}"
            raise ProviderError(ErrorClass.NOT_FOUND, f"{self.noun.capitalize()} not found",
                                f"{client.label} has no {self.noun} with {said}.",
                                attribute="id" if config.id else "name")
        return config.copy(**{"id": raw["id"], "name": raw.get("name"),
                              **self.fields_of(client, raw)})

    def _found(self, client: Server, config: L) -> Json | None:
        if config.id is not None:
            return client.find(f"{self.path}/{config.id}")
        name = str(config.name)
        found = only((raw for raw in client.objects(self.path)
                      if self.fits(raw) and name in self.names(raw)),
                     f"the name {name!r}", lambda raw: f"{raw.get('name')}  {raw.get('type', '')}")
        return None if found is None else client.get(f"{self.path}/{found['id']}")

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)
