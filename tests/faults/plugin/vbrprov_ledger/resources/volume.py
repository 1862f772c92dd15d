"""ledger_volume: an object that the cloud names and that takes tags."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Recovery, StepContext, attribute
from vbrprov_ledger.objects import LedgerObject, ObjectModel


class VolumeModel(ObjectModel):
    """Arguments and attributes."""

    name: str = attribute(doc="Name.", required=True)
    flavor: str = attribute(doc="Flavor.", default="", replace_on_change=True)
    note: str = attribute(doc="A note.", default="")


class Volume(LedgerObject[VolumeModel]):
    """Found again by the tag with our token."""

    type_name = "ledger_volume"
    model = VolumeModel
    recovery = Recovery.TAGGED
    kind = "volumes"
    fields = ("name", "flavor", "note")
    mutable = ("name", "note")

    def mark(self, ctx: StepContext) -> dict[str, Any]:
        return {"tags": {"vbrprov": ctx.token}}

    def token_of(self, raw: dict[str, Any]) -> str:
        return str(raw["tags"]["vbrprov"])
