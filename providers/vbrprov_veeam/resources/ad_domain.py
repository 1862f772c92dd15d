"""veeam_ad_domain: an Active Directory domain whose computers can be protected."""

from __future__ import annotations

from vbrprov.sdk import Identity, OpenIntent, Recovery, StepContext, attribute, computed_attribute
from vbrprov_veeam.objects import ObjectModel, VbrObject
from vbrprov_veeam.server import AD_DOMAINS, Json, Server

LDAP_PORT = 389


class AdDomainModel(ObjectModel):
    """Arguments and attributes of ``veeam_ad_domain``."""

    server_name: str = attribute(doc="Name of the domain controller, or of the domain.",
                                 required=True, replace_on_change=True)
    port: int = attribute(doc="Port of the domain controller.", default=LDAP_PORT,
                          replace_on_change=True)
    credentials_id: str = attribute(doc="Id of the credentials.", required=True,
                                    replace_on_change=True)
    name: str | None = computed_attribute(doc="Name of the domain.")


class AdDomain(VbrObject[AdDomainModel]):
    """A domain. The API cannot change one, so that every change makes a new one."""

    type_name = "veeam_ad_domain"
    model = AdDomainModel
    recovery = Recovery.CLIENT_NAMED
    doc = "An Active Directory domain whose computers protection groups can name."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/protection_group_ad.html"
    path = AD_DOMAINS
    noun = "Active Directory domain"

    def fits(self, raw: Json) -> bool:
        """Every domain."""
        return True

    def names(self, raw: Json) -> set[str]:
        """Name of the domain and of its controller."""
        return {str(raw[key]) for key in ("name", "serverName") if raw.get(key)}

    def identity(self, planned: AdDomainModel, ctx: StepContext) -> Identity:
        """The controller: the server knows each one once, and it was not there before."""
        return Identity.of(server_name=planned.server_name)

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether it has that controller."""
        return _same(raw, str(intent.identity["server_name"]))

    def taken(self, server: Server, planned: AdDomainModel) -> Json | None:
        """A domain with that controller."""
        return next((raw for raw in server.objects(self.path)
                     if _same(raw, planned.server_name)), None)

    def spec(self, server: Server, planned: AdDomainModel, ctx: StepContext) -> Json:
        """The body of the creation."""
        return {"serverName": planned.server_name, "port": planned.port,
                "credentialsId": planned.credentials_id}

    def change(self, server: Server, raw: Json, planned: AdDomainModel) -> None:
        """Nothing: every argument asks for a new object."""

    def model_of(
        self, server: Server, raw: Json, state: AdDomainModel | None,
    ) -> AdDomainModel:
        """The domain."""
        return AdDomainModel(
            id=raw["id"], name=raw.get("name"), server_name=raw["serverName"],
            port=int(raw.get("port") or LDAP_PORT), credentials_id=raw["credentialsId"])


def _same(raw: Json, server_name: str) -> bool:
    return str(raw.get("serverName", "")).casefold() == server_name.casefold()
