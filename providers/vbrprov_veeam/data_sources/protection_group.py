"""data veeam_protection_group: a protection group that somebody else made."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.inventory import members
from vbrprov_veeam.server import PROTECTION_GROUPS, Json, Server
from vbrprov_veeam.sources import DescribedModel, Lookup


class ProtectionGroupData(DescribedModel):
    """Arguments and attributes of ``data.veeam_protection_group``."""

    type: str | None = computed_attribute(
        doc="How its computers are told, such as individual_computers; manually_added and "
            "unmanaged are the server's own groups.")
    is_disabled: bool | None = computed_attribute(doc="Whether rescans of the group are off.")
    computers: list[str] = computed_attribute(
        doc="Names of the computers that the server found in it, sorted.")


class ProtectionGroupSource(Lookup[ProtectionGroupData]):
    """One group and what the server found in it."""

    type_name = "veeam_protection_group"
    model = ProtectionGroupData
    doc = "A protection group and the computers that the server found in it."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/protection_groups_hiw.html"
    path = PROTECTION_GROUPS
    noun = "protection group"

    def fields_of(self, server: Server, raw: Json) -> dict[str, Any]:
        """The group and its computers."""
        return super().fields_of(server, raw) | {
            "type": words.from_wire("group_type", raw.get("type")),
            "is_disabled": bool(raw.get("isDisabled")),
            "computers": sorted(str(m.get("name")) for m in members(server, raw["id"])),
        }
