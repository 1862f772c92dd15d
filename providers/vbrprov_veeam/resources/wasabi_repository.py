"""veeam_wasabi_repository: a folder in a Wasabi bucket."""

from __future__ import annotations

from vbrprov.sdk import block
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel


class WasabiRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_wasabi_repository``."""

    account: storages.RegionAccount | None = block(
        doc="Who logs in where; with cloud credentials of type amazon.", min_items=1, max_items=1)
    bucket: storages.BucketBlock | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)
    helper_appliance: storages.HelperServerBlock | None = block(
        doc="Managed server near the storage that checks and heals backups.")


class WasabiRepository(OnlineRepository[WasabiRepositoryModel]):
    """A repository on Wasabi Cloud."""

    type_name = "veeam_wasabi_repository"
    model = WasabiRepositoryModel
    doc = "A folder in a Wasabi bucket as a backup repository."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    wire_types = ("WasabiCloud",)
    fixed = ("account.region_id", "bucket.name", "bucket.folder")
    links = (storages.REGION, storages.CREDENTIALS, *storages.BUCKET, storages.HELPER_SERVER)
