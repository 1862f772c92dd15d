"""ledger_bucket: an object that we name, with parts that are calls of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from vbrprov.sdk import (
    Identity,
    OpenIntent,
    Probe,
    ProbeVerdict,
    Recovery,
    Step,
    StepContext,
    Steps,
    attribute,
)
from vbrprov.sdk.recovery import find_by_probe, made_since
from vbrprov_ledger.client import Cloud
from vbrprov_ledger.objects import LedgerObject, ObjectModel


class BucketModel(ObjectModel):
    """Arguments and attributes."""

    name: str = attribute(doc="Name.", required=True, replace_on_change=True)
    note: str = attribute(doc="A note.", default="")
    parts: dict[str, str] = attribute(doc="Parts.", default={})


class Bucket(LedgerObject[BucketModel]):
    """Made in several steps."""

    type_name = "ledger_bucket"
    model = BucketModel
    recovery = Recovery.CLIENT_NAMED
    kind = "buckets"
    fields = ("name", "note", "parts")
    mutable = ("note",)

    def steps(self, client: Cloud, prior: BucketModel | None, planned: BucketModel | None,
              ctx: StepContext) -> Steps:
        """The bucket, then each of its parts."""
        if planned is None:
            yield from super().steps(client, prior, planned, ctx)
            return
        current = prior
        if current is None:
            current = yield Step(
                "create", Identity.of(name=planned.name), creates=True,
                run=lambda: self.make(client, planned, ctx))
        elif current.note != planned.note:
            current = current.copy(note=planned.note)
            yield Step("update", Identity.of(name=planned.name),
                       lambda: self.patch(client, current, {"note": planned.note}))
        for part in sorted({*current.parts, *planned.parts}):
            wanted = planned.parts.get(part)
            if current.parts.get(part) != wanted:
                parts = {**current.parts, part: wanted}
                current = current.copy(parts={k: v for k, v in parts.items() if v is not None})
                yield Step(f"part-{part}", Identity.of(name=planned.name),
                           self._part(client, current, part, wanted))

    def _part(self, client: Cloud, done: BucketModel, part: str, value: str | None) -> Any:
        def run() -> BucketModel:
            path = f"{self.path(done)}/parts/{part}"
            if value is None:
                client.call("DELETE", path)
            else:
                client.call("PUT", path, {"value": value})
            return done

        return run

    def path(self, state: BucketModel) -> str:
        return f"{self.kind}/{state.name}"

    def make(self, client: Cloud, planned: BucketModel, ctx: StepContext) -> BucketModel:
        return self.known(client.call("PUT", self.path(planned), {
            "name": planned.name, "note": planned.note}), planned)

    def find(self, client: Cloud, planned: BucketModel, ctx: StepContext) -> Probe[BucketModel]:
        return find_by_probe(self, client, planned, ctx)

    def probe(self, client: Cloud, intent: OpenIntent, ctx: StepContext) -> Probe[BucketModel]:
        """A bucket of that name that is not older than the intent is ours."""
        raw = client.find(f"{self.kind}/{intent.identity['name']}")
        if raw is None:
            return Probe(ProbeVerdict.ABSENT)
        if not made_since(datetime.fromtimestamp(raw["created"], UTC), intent.created):
            return Probe(ProbeVerdict.FOREIGN, detail=f"Somebody else has made {raw['name']}.")
        return Probe(ProbeVerdict.OURS, self.known(raw, None))
