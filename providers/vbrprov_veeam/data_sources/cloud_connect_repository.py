"""data veeam_cloud_connect_repository: a repository of a service provider."""

from __future__ import annotations

from vbrprov_veeam.server import REPOSITORIES, Json
from vbrprov_veeam.sources import DescribedModel, Lookup


class CloudConnectRepositoryData(DescribedModel):
    """Arguments and attributes of ``data.veeam_cloud_connect_repository``."""


class CloudConnectRepositorySource(Lookup[CloudConnectRepositoryData]):
    """A cloud repository, as a destination of policies."""

    type_name = "veeam_cloud_connect_repository"
    model = CloudConnectRepositoryData
    doc = ("A repository that a service provider gives this backup server (Cloud Connect). The "
           "provider itself is added at the console.")
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbrcloudprovider.html"
    path = REPOSITORIES
    noun = "cloud repository"

    def fits(self, raw: Json) -> bool:
        """Repositories of service providers only."""
        return raw.get("type") == "Cloud"
