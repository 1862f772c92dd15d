"""veeam_eleven_eleven_repository: a folder in a bucket of 11:11 Systems."""

from __future__ import annotations

from vbrprov.sdk import block
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel


class ElevenElevenRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_eleven_eleven_repository``."""

    account: storages.ServicePointAccount | None = block(
        doc="Who logs in where; with cloud credentials of type amazon.", min_items=1, max_items=1)
    bucket: storages.BucketBlock | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)


class ElevenElevenRepository(OnlineRepository[ElevenElevenRepositoryModel]):
    """A repository on 11:11 Systems object storage."""

    type_name = "veeam_eleven_eleven_repository"
    model = ElevenElevenRepositoryModel
    doc = "A folder in a bucket of 11:11 Systems as a backup repository."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbr1111systemss3repository.html")
    not_applied = (
        "This version of vbrprov declares and checks this type but cannot apply it yet: the REST "
        "API of Veeam Backup & Replication cannot create it. Its PowerShell cmdlet is "
        "Add-VBR1111SystemsS3Repository.")
    wire_types = ("ElevenElevenS3",)
    fixed = ("account.service_point", "account.region_id", "bucket.name", "bucket.folder")
