"""The cloud browser: what the backup server sees of a storage.

Its words differ from those of repositories: a service point is asked for and a connection point is
named for a new folder, gateways are given one by one, and regions lie between account and bucket.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vbrprov_veeam import words
from vbrprov_veeam.server import Json, Server

BROWSER = "/api/v1/cloudBrowser"

_SERVICE_POINT = ("s3_compatible", "ibm_cloud", "snowball_edge", "data_box")
_REGION = ("amazon_s3", "s3_compatible", "ibm_cloud", "wasabi", "google_cloud", "snowball_edge")
_REGION_TYPE = ("amazon_s3", "azure_blob")
_CONTAINERS = ("azure_blob", "data_box")
_FILTERED = ("amazon_s3",)


@dataclass(frozen=True, slots=True)
class Place:
    """A storage, and the bucket or container in it, in the words of configuration."""

    service: str
    credentials_id: str
    name: str = ""
    region_id: str | None = None
    region_type: str | None = None
    service_point: str | None = None
    gateway_server_id: str | None = None


def needed(service: str) -> tuple[str, ...]:
    """The arguments that a service asks for, beside credentials and the place's name."""
    return tuple(name for name, services in (
        ("service_point", _SERVICE_POINT), ("region_id", _REGION)) if service in services)


def has_region_type(service: str) -> bool:
    """Whether the service lies in one of several clouds."""
    return service in _REGION_TYPE


def places(server: Server, place: Place) -> dict[str, list[str]]:
    """Folders by bucket or container, as the server sees them with these credentials."""
    body = _common(place)
    if place.service in _SERVICE_POINT:
        body["servicePoint"] = place.service_point
    if place.service in ("s3_compatible", "ibm_cloud", "wasabi", "snowball_edge"):
        body["regionId"] = place.region_id
    if place.service in _FILTERED and place.name and place.region_id:
        body["filters"] = {"regionId": place.region_id, "bucketName": place.name}
    if place.gateway_server_id is not None:
        body["gatewayServerId"] = place.gateway_server_id
    answer: Any = server.post(BROWSER, body, reads=True) or {}
    if place.service in _CONTAINERS:
        shown = answer.get("containers") or []
    else:
        shown = [bucket for region in answer.get("regions") or []
                 for bucket in region.get("buckets") or []]
    return {str(item["name"]): [str(folder) for folder in item.get("folders") or []]
            for item in shown}


def make_folder(server: Server, place: Place, folder: str) -> None:
    """Make a folder in a bucket or container that exists."""
    body = _common(place) | {"newFolderName": folder}
    if place.service in _CONTAINERS:
        body["containerName"] = place.name
    else:
        body |= {"bucketName": place.name, "regionId": place.region_id}
    if place.service == "data_box":
        body["servicePoint"] = place.service_point
    elif place.service in _SERVICE_POINT:
        body["connectionPoint"] = place.service_point
    if place.gateway_server_id is not None:
        body["hostId"] = place.gateway_server_id
    server.post(f"{BROWSER}/newFolder", body)


def _common(place: Place) -> Json:
    body: Json = {"serviceType": words.to_wire("service", place.service),
                  "credentialsId": place.credentials_id}
    if place.service in _REGION_TYPE:
        body["regionType"] = words.to_wire("region_type", place.region_type or "global")
    return body
