"""data veeam_backup_server: the backup server itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.server import Server


class BackupServerModel(Model):
    """Arguments and attributes of ``data.veeam_backup_server``."""

    uses_http_proxy: bool = attribute(
        doc="Whether the server reaches the internet through an HTTP(S) proxy. The REST API does "
            "not show it, so it is declared here.", default=False)
    license_edition: str | None = attribute(
        doc="Edition of the licence: community, standard, enterprise, enterprise_plus, or vul for "
            "a Veeam Universal License. It is declared here, for the guardrails.",
        choices=("community", "standard", "enterprise", "enterprise_plus", "vul"))
    id: str | None = computed_attribute(doc="Id of the backup server among the managed servers.")
    name: str | None = computed_attribute(doc="Name of the backup server.")
    description: str | None = computed_attribute(doc="Its description.")
    version: str | None = computed_attribute(doc="Build of Veeam Backup & Replication.")
    patches: list[str] = computed_attribute(doc="Patches that are installed.")
    platform: str | None = computed_attribute(doc="windows or linux.")
    api_revision: str | None = computed_attribute(doc="Revision of the REST API in use.")
    default_mount_server_id: str | None = computed_attribute(doc="Id of the default mount server.")
    default_mount_server_os: str | None = computed_attribute(doc="Its operating system.")


class BackupServer(DataSource[BackupServerModel, Server]):
    """The managed server that is the backup server, and its default mount server."""

    type_name = "veeam_backup_server"
    model = BackupServerModel
    doc = "The backup server itself: id, version and default mount server."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/get-vbrserver.html"

    def read(
        self, client: Server, config: BackupServerModel, ctx: StepContext,
    ) -> BackupServerModel:
        """Ask the server about itself."""
        server = client.backup_server()
        about = client.get("/api/v1/serverInfo")
        mount = client.default_mount_server()
        return config.copy(
            id=server["id"],
            name=server.get("name"),
            description=server.get("description") or "",
            version=about.get("buildVersion"),
            patches=list(about.get("patches") or []),
            platform=words.from_wire("operating_system", about.get("platform")),
            api_revision=client.revision,
            default_mount_server_id=mount.get("id"),
            default_mount_server_os=words.from_wire("operating_system", mount.get("type")),
        )

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)
