"""data veeam_object_storage: what the backup server sees of a storage with some credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_veeam import browser, words
from vbrprov_veeam.server import Server


class PlaceItem(Model):
    """One bucket or container."""

    name: str | None = computed_attribute(doc="Name.")
    folders: list[str] = computed_attribute(doc="Folders in it.")


class ObjectStorageModel(Model):
    """Arguments and attributes of ``data.veeam_object_storage``."""

    service: str = attribute(
        doc="What the storage is, such as amazon_s3 or s3_compatible.", required=True,
        choices=words.choices("service"))
    credentials_id: str = attribute(doc="Id of the cloud credentials.", required=True)
    region_id: str | None = attribute(doc="Region, where the storage needs one.")
    region_type: str | None = attribute(
        doc="Cloud of amazon_s3 and azure_blob; global when left out.",
        choices=words.choices("region_type"))
    service_point: str | None = attribute(doc="Address of the storage, where it needs one.")
    gateway_server_id: str | None = attribute(
        doc="Id of the managed server to look from; the backup server when left out.")
    places: list[PlaceItem] = computed_attribute(
        doc="The buckets or containers, in the order of their names.")


class ObjectStorage(DataSource[ObjectStorageModel, Server]):
    """Buckets or containers with their folders.

    That it can be read shows that the server, or the gateway, reaches the storage and that the
    credentials are accepted.
    """

    type_name = "veeam_object_storage"
    model = ObjectStorageModel
    doc = ("Buckets or containers and folders as the backup server, or a gateway server, sees "
           "them: it proves that the storage can be reached with the credentials.")
    source = "https://helpcenter.veeam.com/references/vbr/13/rest/1.3-rev1/tag/Cloud-Browser"

    def read(
        self, client: Server, config: ObjectStorageModel, ctx: StepContext,
    ) -> ObjectStorageModel:
        """Ask the cloud browser."""
        found = browser.places(client, browser.Place(
            service=config.service, credentials_id=config.credentials_id,
            region_id=config.region_id, region_type=config.region_type,
            service_point=config.service_point, gateway_server_id=config.gateway_server_id))
        return config.copy(places=[PlaceItem(name=name, folders=sorted(folders))
                                  for name, folders in sorted(found.items())])

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)
