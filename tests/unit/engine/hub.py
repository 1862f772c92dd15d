"""A provider whose objects have ids, can be imported, and fail when they are told to."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from engine_world import World  # found through the path that conftest adds

from vbrprov.plan.environment import Environment
from vbrprov.sdk import (
    ErrorClass,
    Handwork,
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
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
from vbrprov.values import Value
from vbrprov.workflow.registry import ProviderRegistry


class Hub:
    """What exists, what was done, and what is to fail."""

    items: ClassVar[dict[str, str]] = {}
    calls: ClassVar[list[str]] = []
    fail: ClassVar[set[str]] = set()

    @classmethod
    def reset(cls) -> None:
        """Nothing exists, nothing fails."""
        for found in (cls.items, cls.calls, cls.fail):
            found.clear()

    @classmethod
    def call(cls, what: str) -> None:
        """Note a call, which may fail."""
        cls.calls.append(what)
        if what in cls.fail:
            raise ProviderError(ErrorClass.FAILED, "It fails", what)


class HubModel(Model):
    """Arguments of ``provider "hub"``."""

    url: str = attribute(doc="Where.", default="here")


class HubProvider(ProviderConfig):
    """Its client is where it is."""

    model = HubModel

    def configure(self, config: HubModel, context: ProviderContext) -> str:
        if config.url == "nowhere":
            raise ProviderError(ErrorClass.INVALID, "No such hub", "There is none.")
        return config.url


class ItemModel(Model):
    """Arguments of ``hub_item``."""

    id: str | None = computed_attribute(doc="Its name, as an id.")
    name: str = attribute(doc="Name.", required=True, replace_on_change=True)
    note: str = attribute(doc="Note.", default="")


class Item(ResourceType[ItemModel, str]):
    """A thing with an id."""

    type_name = "hub_item"
    model = ItemModel
    recovery = Recovery.CLIENT_NAMED

    def plan_modify(self, plan: PlanDraft) -> None:
        if "plan" in Hub.fail:
            raise ProviderError(ErrorClass.FAILED, "It fails", "No answer.", attribute="note",
                                hint="Try later.")

    def handwork(self, client: str | None, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        if "handwork" in Hub.fail:
            raise ProviderError(ErrorClass.FAILED, "It fails", "No script.", attribute="note")
        return None

    def steps(self, client: str, prior: ItemModel | None, planned: ItemModel | None,
              ctx: StepContext) -> Steps:
        if planned is None:
            assert prior is not None
            gone = prior.name
            yield Step("delete", Identity.of(name=gone), lambda: self._delete(gone))
        else:
            wanted, new = planned, prior is None
            yield Step("put", Identity.of(name=wanted.name), creates=new,
                       run=lambda: self._put(wanted, new))

    def _put(self, wanted: ItemModel, new: bool) -> ItemModel:
        Hub.call(f"{'create' if new else 'update'} {wanted.name}")
        Hub.items[wanted.name] = wanted.note
        return wanted.copy(id=wanted.name)

    def _delete(self, name: str) -> None:
        Hub.call(f"delete {name}")
        Hub.items.pop(name, None)

    def _found(self, name: str) -> ItemModel | None:
        note = Hub.items.get(name)
        return None if note is None else ItemModel(id=name, name=name, note=note)

    def read(self, client: str, state: ItemModel, ctx: StepContext) -> ItemModel | None:
        return self._found(state.name)

    def import_state(self, client: str, import_id: str, ctx: StepContext) -> ItemModel | None:
        return self._found(import_id)

    def probe(self, client: str, intent: OpenIntent, ctx: StepContext) -> Probe[ItemModel]:
        found = self._found(intent.identity["name"])
        return Probe(ProbeVerdict.ABSENT if found is None else ProbeVerdict.OURS, found)


class _HubPackage(Provider, frozen=True):
    """The provider, all of it in this file."""

    def config(self) -> ProviderConfig:
        return HubProvider()

    def names(self, kind: str) -> list[str]:
        return ["item"] if kind == "resources" else []

    def load(self, kind: str, name: str) -> Any:
        return sys.modules[__name__] if name in self.names(kind) else None


class HubWorld(World):
    """A folder whose configuration may use the provider ``hub``."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        Hub.reset()

    def environment(self) -> Environment:
        """Surroundings that know the provider."""
        made = super().environment()
        made.registry = ProviderRegistry({"hub": _HubPackage(
            name="hub", package=__name__, registry="example.com/tests/hub")})
        return made
