"""The cloud browser: what a server can see of a storage, new folders, and vaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.context import Call, Handler, StorageTarget
from vbrprov_veeam.doubles.vbr.errors import bad_request, not_found
from vbrprov_veeam.doubles.vbr.handlers.cloud_credentials import CLOUD_CREDENTIALS
from vbrprov_veeam.doubles.vbr.handlers.repositories import VAULTS
from vbrprov_veeam.doubles.vbr.store import NO_ID, new_id

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.json_types import Json

# What the double shows of storages: {id, name, region, service, folders}.
BUCKETS = "buckets"
_CONTAINER_SERVICES = ("AzureBlob", "AzureDataBox")
_VAULT_SERVICE = "VeeamDataCloudVault"


def browse(call: Call) -> Json:
    """List regions, buckets or containers, and folders."""
    spec = call.body
    service = spec["serviceType"]
    if service.startswith(_VAULT_SERVICE):
        return _browse_vaults(call, None, service)
    credentials = _credentials(call, spec["credentialsId"])
    if service in ("AzureCompute", "AmazonEC2"):
        return _browse_compute(call, spec, credentials)
    places = [b for b in call.store.collection(BUCKETS).values() if b["service"] == service]
    wanted = spec.get("filters", {})
    if "bucketName" in wanted:
        places = [b for b in places if b["name"] == wanted["bucketName"]]
    answer: Json = {
        "credentialsId": spec["credentialsId"],
        "serviceType": service,
        "hostId": spec.get("gatewayServerId", call.state.backup_server_id),
        "regionType": spec.get("regionType", "Global"),
        "connectionPoint": spec.get("servicePoint", ""),
    }
    shown = [{"name": b["name"], "folders": list(b["folders"])} for b in places]
    if service in _CONTAINER_SERVICES:
        return {**answer, "containers": shown}
    regions: dict[str, Json] = {}
    default = wanted.get("regionId") or spec.get("regionId") or "us-east-1"
    for place, item in zip(places, shown, strict=True):
        region = place.get("region") or default
        regions.setdefault(region, {"id": region, "name": region, "buckets": []})
        regions[region]["buckets"].append(item)
    if not regions:
        regions[default] = {"id": default, "name": default, "buckets": []}
    if "regionId" in wanted:
        regions = {key: value for key, value in regions.items() if key == wanted["regionId"]}
    return {**answer, "regions": list(regions.values())}


def _browse_compute(call: Call, spec: Json, credentials: Json) -> Json:
    answer: Json = {
        "credentialsId": spec["credentialsId"],
        "serviceType": spec["serviceType"],
        "hostId": call.state.backup_server_id,
        "regionType": spec.get("regionType", "Global"),
    }
    if spec["serviceType"] == "AmazonEC2":
        return {**answer, "regions": []}
    subscriptions = credentials.get("subscription", {}).get("subscriptions", ())
    shown = [
        {"id": s["id"], "azureSubscriptionId": s["azureSubscriptionId"]} for s in subscriptions
    ]
    return {**answer, "subscriptions": [{**s, "locations": []} for s in shown]}


def new_folder(call: Call) -> Json:
    """Create a folder in a bucket or container that exists."""
    spec = call.body
    if "vaultId" in spec:
        place = call.store.find(VAULTS, spec["vaultId"])
        if place is None:
            raise not_found("Vault", spec["vaultId"])
        name = place["vaultName"]
    else:
        credentials = _credentials(call, spec["credentialsId"])
        name = spec.get("bucketName") or spec["containerName"]
        place = _place(call, spec, credentials, name)
    if spec["newFolderName"] in place["folders"]:
        raise bad_request(f"Folder '{spec['newFolderName']}' already exists")
    place["folders"].append(spec["newFolderName"])
    call.wrote(name, spec["newFolderName"])
    return {}


def _place(call: Call, spec: Json, credentials: Json, name: str) -> Json:
    places = call.store.collection(BUCKETS)
    key = f"{spec['serviceType']}/{name}"
    if key in places:
        return places[key]
    if call.state.storage is None:
        if places:
            raise bad_request(f"Bucket or container '{name}' does not exist")
    else:
        secrets = call.store.secrets("cloudCredentials", credentials["id"])
        problem = call.state.storage(
            StorageTarget(
                repository_type=spec["serviceType"],
                access_key=credentials.get("accessKey") or credentials.get("account", ""),
                secret_key=secrets.get("secretKey") or secrets.get("sharedKey", ""),
                endpoint=spec.get("connectionPoint"),
                region=spec.get("regionId"),
                bucket=name,
                folder=None,
            )
        )
        if problem is not None:
            raise bad_request(problem)
    places[key] = {
        "id": key,
        "name": name,
        "service": spec["serviceType"],
        "region": spec.get("regionId"),
        "folders": [],
    }
    return places[key]


def browse_vault(call: Call) -> Json:
    """Show one vault."""
    return _browse_vaults(call, call.path["vaultId"], call.body["serviceType"])


def _browse_vaults(call: Call, vault_id: str | None, service: str) -> Json:
    vaults = call.store.collection(VAULTS)
    if vault_id is not None and vault_id not in vaults:
        raise not_found("Vault", vault_id)
    shown = [v for key, v in vaults.items() if vault_id in (None, key)
             and v.get("service", _VAULT_SERVICE) == service]
    return {
        "credentialsId": call.body.get("credentialsId", NO_ID),
        "serviceType": service,
        "vaults": [{key: v[key] for key in v if key not in ("id", "service")} for v in shown],
    }


def initialize_vault(call: Call) -> Json:
    """Make a vault usable; the answer is the record that the server made for it."""
    vault = call.store.find(VAULTS, call.body["vaultId"])
    if vault is None:
        raise not_found("Vault", call.body["vaultId"])
    vault["isInitialized"] = True
    object_id = vault.setdefault("credentialsId", new_id())
    record = {
        "id": object_id,
        "uniqueId": object_id,
        "type": "AzureStorage",
        "account": "vaultstorage",
        "description": "Veeam Data Cloud Vault credentials",
        "lastModified": call.store.now(),
    }
    call.store.collection("cloudCredentials")[object_id] = record
    call.wrote(vault["vaultId"], vault["vaultName"])
    return dict(record)


def _credentials(call: Call, object_id: str) -> Json:
    found = call.store.find(CLOUD_CREDENTIALS.name, object_id)
    if found is None:
        raise bad_request(f"$.credentialsId: no cloud credentials with ID {object_id}")
    return found


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    return {
        ("POST", "/api/v1/cloudBrowser"): browse,
        ("POST", "/api/v1/cloudBrowser/newFolder"): new_folder,
        ("POST", "/api/v1/cloudBrowser/initializeVault"): initialize_vault,
        ("POST", "/api/v1/cloudBrowser/{vaultId}"): browse_vault,
    }
