"""ledger_key: an object that tells its secret once and takes no mark of ours."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import (
    Identity,
    OpenIntent,
    Probe,
    ProbeVerdict,
    Recovery,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.recovery import find_by_probe
from vbrprov_ledger.client import Cloud
from vbrprov_ledger.objects import LedgerObject, ObjectModel


class KeyModel(ObjectModel):
    """Arguments and attributes."""

    user: str = attribute(doc="Whose key.", required=True, replace_on_change=True)
    flavor: str = attribute(doc="A change makes a new key.", default="", replace_on_change=True)
    secret: str | None = computed_attribute(doc="The secret.", one_time=True)


class Key(LedgerObject[KeyModel]):
    """Found again by the list of keys that was taken before; useless then, so it is deleted."""

    type_name = "ledger_key"
    model = KeyModel
    recovery = Recovery.LISTED_BEFORE
    create_before_destroy = True
    kind = "keys"
    fields = ("user", "flavor")

    def mark(self, ctx: StepContext) -> dict[str, Any]:
        return {}

    def steps(self, client: Cloud, prior: KeyModel | None, planned: KeyModel | None,
              ctx: StepContext) -> Any:
        for step in super().steps(client, prior, planned, ctx):
            # The user, and nothing else, is known of a key before it is made.
            user = Identity.of(user=planned.user) if step.creates and planned else step.identity
            yield type(step)(step.id, user, step.run, step.creates)

    def make(self, client: Cloud, planned: KeyModel, ctx: StepContext) -> KeyModel:
        made = client.call("POST", self.kind, self.body(planned))
        return planned.copy(id=made["id"], secret=made["secret"])

    def list_ids(self, client: Cloud, planned: KeyModel) -> list[str]:
        return [raw["id"] for raw in client.call("GET", self.kind) if raw["user"] == planned.user]

    def find(self, client: Cloud, planned: KeyModel, ctx: StepContext) -> Probe[KeyModel]:
        return find_by_probe(self, client, planned, ctx)

    def probe(self, client: Cloud, intent: OpenIntent, ctx: StepContext) -> Probe[KeyModel]:
        new = [raw for raw in client.call("GET", self.kind)
               if raw["user"] == intent.identity["user"] and raw["id"] not in intent.listed_before]
        if not new:
            return Probe(ProbeVerdict.ABSENT)
        if len(new) > 1:
            return Probe(ProbeVerdict.UNKNOWN, detail="There are several new keys.")
        path = f"{self.kind}/{new[0]['id']}"
        return Probe(ProbeVerdict.ORPHAN, self.known(new[0], None),
                     detail="The secret of the new key is lost.",
                     discard=lambda: client.delete(path))
