"""data veeam_ad_domain: an Active Directory domain that somebody else added."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import computed_attribute
from vbrprov_veeam.server import AD_DOMAINS, Json, Server
from vbrprov_veeam.sources import Lookup, LookupModel


class AdDomainData(LookupModel):
    """Arguments and attributes of ``data.veeam_ad_domain``."""

    server_name: str | None = computed_attribute(doc="Name of the domain controller.")
    port: int | None = computed_attribute(doc="Port of the domain controller.")
    credentials_id: str | None = computed_attribute(doc="Id of the credentials.")


class AdDomainSource(Lookup[AdDomainData]):
    """One domain, by its own name."""

    type_name = "veeam_ad_domain"
    model = AdDomainData
    doc = "An Active Directory domain whose computers protection groups can name."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/protection_group_ad.html"
    path = AD_DOMAINS
    noun = "Active Directory domain"

    def fields_of(self, server: Server, raw: Json) -> dict[str, Any]:
        """Controller and login."""
        return {"server_name": raw.get("serverName"), "port": raw.get("port"),
                "credentials_id": raw.get("credentialsId")}
