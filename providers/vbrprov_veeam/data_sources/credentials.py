"""data veeam_credentials: a user name with its password or key, without the secret."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_veeam import lookups, words
from vbrprov_veeam.server import CREDENTIALS, Json, Server


class CredentialsModel(Model):
    """Arguments and attributes of ``data.veeam_credentials``."""

    id: str | None = attribute(doc="Id of the record; or give name.", computed=True)
    name: str | None = attribute(doc="User name or description; or give id.")
    username: str | None = computed_attribute(doc="User name.")
    description: str | None = computed_attribute(doc="Description.")
    type: str | None = computed_attribute(doc="standard, linux or managed_service.")
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")


class Credentials(DataSource[CredentialsModel, Server]):
    """A record that exists. Names may repeat; several that fit are refused."""

    type_name = "veeam_credentials"
    model = CredentialsModel
    doc = "Credentials of servers and computers, by id, user name or description."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/get-vbrcredentials.html"

    def read(self, client: Server, config: CredentialsModel, ctx: StepContext) -> CredentialsModel:
        """Look it up."""
        raw = lookups.one(
            client, CREDENTIALS, "credentials record", object_id=config.id, name=config.name,
            names=_names, describe=lambda r: "  ".join(sorted(_names(r))))
        return config.copy(
            id=raw["id"], username=raw.get("username"), description=raw.get("description"),
            type=words.from_wire("credentials_type", raw.get("type")),
            unique_id=raw.get("uniqueId"))


def _names(raw: Json) -> set[str]:
    return {str(v) for v in (raw.get("username"), raw.get("description")) if v}
