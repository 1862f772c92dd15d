"""veeam_snowball_edge_repository: a bucket on an AWS Snowball Edge device."""

from __future__ import annotations

from vbrprov.sdk import block
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import DECLARED_ONLY, OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel


class SnowballEdgeRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_snowball_edge_repository``."""

    account: storages.ServicePointAccount | None = block(
        doc="Who logs in where; the region is snow.", min_items=1, max_items=1)
    bucket: storages.BucketBlock | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)


class SnowballEdgeRepository(OnlineRepository[SnowballEdgeRepositoryModel]):
    """A seeding device; no agent can write to it."""

    type_name = "veeam_snowball_edge_repository"
    model = SnowballEdgeRepositoryModel
    doc = "A bucket on an AWS Snowball Edge device, to seed a capacity tier."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    not_applied = DECLARED_ONLY
    wire_types = ("AmazonSnowballEdge",)
    fixed = ("account.service_point", "account.region_id", "bucket.name", "bucket.folder")
