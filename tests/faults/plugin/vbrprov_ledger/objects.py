"""What all types share: one step to make, one to change, one to delete."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from vbrprov.sdk import (
    Identity,
    Listed,
    Model,
    OpenIntent,
    Probe,
    ProbeVerdict,
    ResourceType,
    Step,
    StepContext,
    Steps,
    computed_attribute,
)
from vbrprov_ledger.client import Cloud


class ObjectModel(Model):
    """What every object has."""

    id: str | None = computed_attribute(doc="Id in the cloud.")


M = TypeVar("M", bound=ObjectModel)


class LedgerObject(ResourceType[M, Cloud]):
    """A kind of objects that the cloud names."""

    kind: ClassVar[str]
    #: Arguments that the cloud keeps.
    fields: ClassVar[tuple[str, ...]]
    #: Those that a PATCH changes.
    mutable: ClassVar[tuple[str, ...]] = ()

    @property
    def settle_seconds(self) -> float:  # type: ignore[override]  # set by each trial
        return float(os.environ.get("LEDGER_SETTLE_SECONDS", "0"))

    def mark(self, ctx: StepContext) -> dict[str, Any]:
        """What goes into the creation so that the object is found again."""
        raise NotImplementedError

    def is_ours(self, raw: dict[str, Any], intent: OpenIntent) -> bool:
        """Whether an object is the one that an intent was about."""
        return all(raw.get(name) == value for name, value in intent.identity.items())

    def path(self, state: M) -> str:
        """Where an object is."""
        return f"{self.kind}/{state.id}"

    def body(self, planned: M) -> dict[str, Any]:
        """The arguments as the cloud takes them."""
        return {name: getattr(planned, name) for name in self.fields}

    def steps(self, client: Cloud, prior: M | None, planned: M | None, ctx: StepContext) -> Steps:
        """Make, change or delete."""
        if planned is None:
            assert prior is not None
            yield Step("delete", Identity.of(id=prior.id), lambda: client.delete(self.path(prior)))
        elif prior is None:
            yield Step("create", Identity(self.mark(ctx)), creates=True,
                       run=lambda: self.make(client, planned, ctx))
        else:
            changed = self.changes(prior, planned)
            if changed:
                done = planned.copy(id=prior.id)
                yield Step("update", Identity.of(id=prior.id),
                           lambda: self.patch(client, done, changed))

    def changes(self, prior: M, planned: M) -> dict[str, Any]:
        """What differs."""
        return {name: getattr(planned, name) for name in self.mutable
                if getattr(planned, name) != getattr(prior, name)}

    def make(self, client: Cloud, planned: M, ctx: StepContext) -> M:
        """Create the object."""
        made = client.call("POST", self.kind, self.body(planned) | self.mark(ctx))
        return self.known(made, planned)

    def patch(self, client: Cloud, done: M, changed: dict[str, Any]) -> M:
        """Change the object."""
        client.call("PATCH", self.path(done), changed)
        return done

    def known(self, raw: dict[str, Any], state: M | None) -> M:
        """An object as a model."""
        names = [name for name in self.fields if name in raw]
        found = {name: raw[name] for name in names} | {"id": raw["id"]}
        return state.copy(**found) if state is not None else self.model(**found)

    def read(self, client: Cloud, state: M, ctx: StepContext) -> M | None:
        """The object as it is."""
        raw = client.find(self.path(state))
        return None if raw is None else self.known(raw, state)

    def import_state(self, client: Cloud, import_id: str, ctx: StepContext) -> M | None:
        """The object at an id."""
        raw = client.find(f"{self.kind}/{import_id}")
        return None if raw is None else self.known(raw, None)

    def token_of(self, raw: dict[str, Any]) -> str:
        """The token in the mark of an object."""
        return ""

    def find(self, client: Cloud, planned: M, ctx: StepContext) -> Probe[M]:
        """The object of that name; its mark says whose it is."""
        for raw in client.call("GET", self.kind):
            if raw["name"] == getattr(planned, "name", None):
                return Probe(ProbeVerdict.OURS, self.known(raw, None), token=self.token_of(raw))
        return Probe(ProbeVerdict.ABSENT)

    def marked(self, client: Cloud) -> Iterator[Listed]:
        """All objects with a mark."""
        for raw in client.call("GET", self.kind):
            if self.token_of(raw):
                yield Listed(raw["id"], raw["name"], token=self.token_of(raw))

    def probe(self, client: Cloud, intent: OpenIntent, ctx: StepContext) -> Probe[M]:
        """Look through all objects for our mark."""
        for raw in client.call("GET", self.kind):
            if self.is_ours(raw, intent):
                return Probe(ProbeVerdict.OURS, self.known(raw, None))
        return Probe(ProbeVerdict.ABSENT)
