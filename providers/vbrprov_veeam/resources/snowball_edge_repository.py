"""veeam_snowball_edge_repository: a bucket on an AWS Snowball Edge device."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft, attribute, block
from vbrprov_veeam.api import Feature
from vbrprov_veeam.repositories import facets, storages
from vbrprov_veeam.repositories.base import Repository
from vbrprov_veeam.repositories.model import (
    ConnectionBlock,
    LimitedRepositoryModel,
    LinuxMountServerBlock,
    MountServerBlock,
    StorageLimitBlock,
)


class SnowballEdgeAccount(storages.ServicePointAccount):
    """``account`` of a device; its region is always the same."""

    region_id: str = attribute(doc="Region; snow on every device.", default="snow",
                               replace_on_change=True)


class SnowballEdgeRepositoryModel(LimitedRepositoryModel):
    """Arguments of ``veeam_snowball_edge_repository``."""

    account: SnowballEdgeAccount | None = block(
        doc="Who logs in where; with cloud credentials of type amazon.", min_items=1, max_items=1)
    bucket: storages.BucketBlock | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)
    connection: ConnectionBlock | None = block(
        doc="Who moves the data; direct when left out.", computed=True)
    storage_limit: StorageLimitBlock | None = block(
        doc="Soft limit of the space; none when left out.")
    mount_server: MountServerBlock | None = block(
        doc="Mount server; the default mount server when left out.", computed=True)
    linux_mount_server: LinuxMountServerBlock | None = block(
        doc="A second mount server, for Linux; mount_server is then the one for Windows.",
        computed=True)


class SnowballEdgeRepository(Repository[SnowballEdgeRepositoryModel]):
    """A seeding device, without immutability; no agent can write to it (VBR013)."""

    type_name = "veeam_snowball_edge_repository"
    model = SnowballEdgeRepositoryModel
    doc = "A bucket on an AWS Snowball Edge device, to seed a capacity tier."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    feature = Feature.MOUNT_SERVERS
    wire_types = ("AmazonSnowballEdge",)
    fixed = ("account.service_point", "account.region_id", "bucket.name", "bucket.folder")
    links = (storages.SERVICE_POINT, storages.REGION, storages.CREDENTIALS, *storages.BUCKET)

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what an omitted block means."""
        super().plan_modify(plan)
        facets.plan_mount_servers(plan)
