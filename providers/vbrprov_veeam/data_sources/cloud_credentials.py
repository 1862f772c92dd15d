"""data veeam_cloud_credentials: a key for an object storage or a cloud, without the secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_veeam import lookups, words
from vbrprov_veeam.credentials import wire
from vbrprov_veeam.server import CLOUD_CREDENTIALS, Json, Server


class CloudCredentialsModel(Model):
    """Arguments and attributes of ``data.veeam_cloud_credentials``."""

    id: str | None = attribute(doc="Id of the record; or give name.", computed=True)
    name: str | None = attribute(
        doc="Access key id, account, connection name or description; or give id.")
    type: str | None = attribute(
        doc="Only records of this type, such as amazon.", computed=True,
        choices=words.choices("cloud_credentials_type"))
    read_only: bool | None = attribute(
        doc="Whether the key can only read. The server does not know it; the guardrails do.")
    description: str | None = computed_attribute(doc="Description.")
    access_key: str | None = computed_attribute(doc="Access key id; types amazon and google.")
    account: str | None = computed_attribute(doc="Storage account; type azure_storage.")
    connection_name: str | None = computed_attribute(doc="Name; type azure_compute.")
    subscriptions: dict[str, str] | None = computed_attribute(
        doc="Ids of the Azure subscriptions as the server knows them, by Azure's own ids.")
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")
    last_modified: str | None = computed_attribute(doc="When it was last changed (RFC 3339).")


class CloudCredentials(DataSource[CloudCredentialsModel, Server]):
    """A record that exists. Names may repeat; several that fit are refused."""

    type_name = "veeam_cloud_credentials"
    model = CloudCredentialsModel
    doc = "Cloud credentials, by id, key, account, name or description."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/get-vbramazonaccount.html"

    def read(
        self, client: Server, config: CloudCredentialsModel, ctx: StepContext,
    ) -> CloudCredentialsModel:
        """Look it up."""
        wanted = None if config.type is None else words.to_wire(
            "cloud_credentials_type", config.type)
        raw = lookups.one(
            client, CLOUD_CREDENTIALS, "cloud credentials record", object_id=config.id,
            name=config.name, names=_names, fits=lambda r: wanted in (None, r.get("type")),
            describe=lambda r: "  ".join([*sorted(_names(r)), str(r.get("type"))]))
        shown = wire.read(raw)
        return config.copy(
            id=raw["id"], type=words.from_wire("cloud_credentials_type", raw.get("type")),
            description=raw.get("description"), unique_id=raw.get("uniqueId"),
            last_modified=raw.get("lastModified"),
            **{name: shown[name]
               for name in ("access_key", "account", "connection_name", "subscriptions")})

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)


def _names(raw: Json) -> set[str]:
    names = ("accessKey", "account", "connectionName", "name", "description")
    return {str(v) for v in (raw.get(n) for n in names) if v}
