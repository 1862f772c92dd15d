"""ledger_record: an object that the cloud names and that takes a unique id of ours."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Recovery, StepContext, attribute
from vbrprov_ledger.objects import LedgerObject, ObjectModel


class RecordModel(ObjectModel):
    """Arguments and attributes."""

    name: str = attribute(doc="Name.", required=True)
    flavor: str = attribute(doc="Flavor.", default="", replace_on_change=True)
    note: str = attribute(doc="A note.", default="")
    bucket: str | None = attribute(doc="Id of a bucket.")


class Record(LedgerObject[RecordModel]):
    """Found again by the unique id."""

    type_name = "ledger_record"
    model = RecordModel
    recovery = Recovery.UNIQUE_ID
    kind = "records"
    fields = ("name", "flavor", "note", "bucket")
    mutable = ("name", "note", "bucket")

    def mark(self, ctx: StepContext) -> dict[str, Any]:
        return {"unique": f"{ctx.token}/{ctx.address}"}

    def token_of(self, raw: dict[str, Any]) -> str:
        return str(raw["unique"]).partition("/")[0]
