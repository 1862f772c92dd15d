"""A provider with regions: each configuration of it has a client, and says who called what."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    Identity,
    Model,
    OpenIntent,
    Probe,
    ProbeVerdict,
    Provider,
    ProviderConfig,
    ProviderContext,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)


class Region:
    """The client of one configuration."""

    #: All calls of a test: region, what, name.
    calls: ClassVar[list[tuple[str, str, str]]] = []
    #: What exists: region and name.
    things: ClassVar[dict[tuple[str, str], str]] = {}
    closed: ClassVar[list[str]] = []

    def __init__(self, name: str) -> None:
        self.name = name

    def call(self, what: str, thing: str) -> None:
        """Note a call."""
        self.calls.append((self.name, what, thing))


class CloudConfig(Model):
    """Arguments of ``provider "cloud"``."""

    region: str = attribute(doc="Region.", default="home")


class CloudProvider(ProviderConfig):
    """Makes clients."""

    model = CloudConfig

    def configure(self, config: CloudConfig, context: ProviderContext) -> Region:
        if config.region == "nowhere":
            raise ProviderError(ErrorClass.INVALID, "No such region", "There is no nowhere.")
        return Region(config.region)

    def close(self, client: Region) -> None:
        client.closed.append(client.name)


class ThingModel(Model):
    """Arguments of ``cloud_thing``."""

    name: str = attribute(doc="Name.", required=True, replace_on_change=True)
    note: str = attribute(doc="Note.", default="")
    region: str | None = computed_attribute(doc="Where it is.")


class Thing(ResourceType[ThingModel, Region]):
    """A thing in a region."""

    type_name = "cloud_thing"
    model = ThingModel
    recovery = Recovery.CLIENT_NAMED

    def steps(self, client: Region, prior: ThingModel | None, planned: ThingModel | None,
              ctx: StepContext) -> Steps:
        one = planned or prior
        assert one is not None
        name = one.name
        if planned is None:
            yield Step("delete", Identity.of(name=name), lambda: self._delete(client, name))
        else:
            note = planned.note
            yield Step("put", Identity.of(name=name), creates=prior is None,
                       run=lambda: self._put(client, name, note, prior is None))

    def _put(self, client: Region, name: str, note: str, new: bool) -> ThingModel:
        client.call("create" if new else "update", name)
        client.things[client.name, name] = note
        return ThingModel(name=name, note=note, region=client.name)

    def _delete(self, client: Region, name: str) -> None:
        client.call("delete", name)
        client.things.pop((client.name, name), None)

    def read(self, client: Region, state: ThingModel, ctx: StepContext) -> ThingModel | None:
        client.call("read", state.name)
        note = client.things.get((client.name, state.name))
        return None if note is None else ThingModel(name=state.name, note=note, region=client.name)


    def probe(self, client: Region, intent: OpenIntent, ctx: StepContext) -> Probe[ThingModel]:
        name = intent.identity["name"]
        client.call("probe", name)
        note = client.things.get((client.name, name))
        if note is None:
            return Probe(ProbeVerdict.ABSENT)
        return Probe(ProbeVerdict.OURS, ThingModel(name=name, note=note, region=client.name))


class WhereModel(Model):
    """Attributes of ``data.cloud_where``."""

    after: str = attribute(doc="Whatever it waits for.", default="")
    name: str | None = computed_attribute(doc="The region of the client.")


class Where(DataSource[WhereModel, Region]):
    """Which region the client has."""

    type_name = "cloud_where"
    model = WhereModel

    def read(self, client: Region, config: WhereModel, ctx: StepContext) -> WhereModel:
        client.call("look", "where")
        return config.copy(name=client.name)


class _Cloud(Provider, frozen=True):
    """The provider, all of it in this file."""

    def config(self) -> ProviderConfig:
        return CloudProvider()

    def names(self, kind: str) -> list[str]:
        return {"resources": ["thing"], "data_sources": ["where"]}.get(kind, [])

    def load(self, kind: str, name: str) -> Any:
        return sys.modules[__name__] if name in self.names(kind) else None


CLOUD = _Cloud(name="cloud", package=__name__, registry="example.com/tests/cloud")
