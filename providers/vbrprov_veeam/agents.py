"""What hosts, protection groups and jobs share: a unique name, and a mark in the description."""

from __future__ import annotations

from typing import TypeVar

from vbrprov.sdk import Identity, OpenIntent, Recovery, StepContext, attribute
from vbrprov_veeam import marks
from vbrprov_veeam.objects import ObjectModel, VbrObject
from vbrprov_veeam.server import Json, Server


class NamedModel(ObjectModel):
    """Arguments that both have."""

    name: str = attribute(doc="Name; unique on the server.", required=True)
    description: str = attribute(doc="Description.", default="")


N = TypeVar("N", bound=NamedModel)


class MarkedObject(VbrObject[N]):
    """An object with a unique name whose mark is a suffix of its description."""

    recovery = Recovery.SUFFIX

    def names(self, raw: Json) -> set[str]:
        """The name."""
        return {str(raw["name"])}

    def describe(self, raw: Json) -> str:
        """Name, type and description without the mark."""
        text = marks.without_token(raw.get("description"))
        return f"{raw.get('name')}  {raw.get('type')}  {text}".rstrip()

    def identity(self, planned: N, ctx: StepContext) -> Identity:
        """The name; the mark is the token."""
        return Identity.of(name=planned.name)

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether the name is the one and the description carries our token."""
        return (bool(intent.token) and raw.get("name") == intent.identity["name"]
                and marks.token_of(raw.get("description")) == intent.token)

    def taken(self, server: Server, planned: N) -> Json | None:
        """An object with that name."""
        return next(iter(server.named(self.path, planned.name)), None)

    def spec(self, server: Server, planned: N, ctx: StepContext) -> Json:
        """The body of the creation, marked."""
        body = self.blank(planned)
        self.change(server, body, planned)
        body["description"] = marks.with_token(planned.description or "", ctx.token)
        return body

    def blank(self, planned: N) -> Json:
        """The body of a creation before anything is set."""
        raise NotImplementedError

    def change(self, server: Server, raw: Json, planned: N) -> None:
        """Set name and description; the mark stays."""
        raw["name"] = planned.name
        token = marks.token_of(raw.get("description"))
        raw["description"] = marks.with_token(planned.description or "", token)
