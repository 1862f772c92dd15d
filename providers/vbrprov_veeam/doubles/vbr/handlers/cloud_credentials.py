"""Cloud credentials and the helper appliances under them."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.collection import Collection
from vbrprov_veeam.doubles.vbr.errors import bad_request, not_found
from vbrprov_veeam.doubles.vbr.paging import page
from vbrprov_veeam.doubles.vbr.store import new_id, without_secrets

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.context import Call, Handler
    from vbrprov_veeam.doubles.vbr.json_types import Json

_SUBSCRIPTION_SPACE = uuid.UUID("d7e2b6de-3f43-4b4f-9d0a-8d5b0c2f7a11")
# Where the double keeps Azure subscriptions, so that other objects can refer to their ids.
SUBSCRIPTIONS = "azureSubscriptions"
APPLIANCES = "helperAppliances"


class CloudCredentials(Collection):
    """Access keys, storage keys and application registrations."""

    name = "cloudCredentials"
    path = "/api/v1/cloudCredentials"
    model = "CloudCredentialsModel"
    kind = "Cloud credentials"
    name_property = None

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Turn a spec into the record that the server shows."""
        record = {"description": "", "uniqueId": object_id, **spec, "id": object_id}
        record["lastModified"] = call.store.now()
        if spec["type"] == "AzureCompute":
            record.update(self._azure_compute(call, record))
        elif spec["type"] == "GoogleService":
            record.update(_google_project(call.body["existingAccount"]["keyFile"]))
            record.pop("existingAccount", None)
        return record

    def _azure_compute(self, call: Call, record: Json) -> Json:
        account = record.pop("existingAccount", None)
        mode = record.pop("creationMode")
        record.pop("newAccount", None)
        if mode != "ExistingAccount" or account is None:
            raise bad_request("$.creationMode: the double supports ExistingAccount only")
        sent = call.body["existingAccount"]["subscription"]
        if "secret" not in sent and "certificate" not in sent:
            raise bad_request("$.existingAccount.subscription: no secret and no certificate")
        subscription = account["subscription"]
        # A tenant's subscriptions are only known to Azure; the double invents one per tenant.
        azure_id = str(uuid.uuid5(_SUBSCRIPTION_SPACE, subscription["tenantId"]))
        vbr_id = str(uuid.uuid5(_SUBSCRIPTION_SPACE, record["id"]))
        call.store.collection(SUBSCRIPTIONS)[vbr_id] = {"id": vbr_id, "name": azure_id}
        return {
            "deployment": account["deployment"],
            "subscription": {
                "tenantId": subscription["tenantId"],
                "applicationId": subscription["applicationId"],
                "subscriptions": [
                    {
                        "id": vbr_id,
                        "azureSubscriptionId": azure_id,
                        "azureSubscriptionName": "Sandbox subscription",
                    }
                ],
            },
        }

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Keep what only the server sets."""
        kept: Json = {
            key: current[key]
            for key in ("uniqueId", "subscription", "deployment", "name", "projectId")
            if key in current and (key not in model or key == "subscription")
        }
        return {**model, **kept, "id": current["id"], "lastModified": call.store.now()}

    def label(self, stored: Json) -> str:
        """Name a record by its key or account."""
        keys = ("accessKey", "account", "connectionName", "name", "id")
        return str(next(stored[key] for key in keys if key in stored))

    def change_secret_key(self, call: Call) -> Json:
        """Take a new secret key; ``lastModified`` moves."""
        stored = self.get(call, call.path["id"])
        if stored["type"] not in ("Amazon", "Google", "AzureStorage"):
            raise bad_request(f"Credentials of type {stored['type']} have no secret key")
        secret = call.body["newSecretKey"]
        name = "sharedKey" if stored["type"] == "AzureStorage" else "secretKey"
        call.store.secrets(self.name, stored["id"])[name] = secret
        stored["lastModified"] = call.store.now()
        call.wrote(stored["id"], None)
        return self.show(call, stored)

    def change_account(self, call: Call) -> Json:
        """Take a new key file of a Google service account."""
        stored = self.get(call, call.path["id"])
        if stored["type"] != "GoogleService":
            raise bad_request(f"Credentials of type {stored['type']} have no key file")
        stored.update(_google_project(call.body["keyFile"]))
        stored["lastModified"] = call.store.now()
        call.wrote(stored["id"], None)
        return {}

    def change_certificate(self, call: Call) -> Json:
        """Take a new certificate of an application registration."""
        stored = self.get(call, call.path["id"])
        if stored["type"] != "AzureCompute":
            raise bad_request(f"Credentials of type {stored['type']} have no certificate")
        secrets: Json = {}
        without_secrets(call.body, secrets)
        call.store.secrets(self.name, stored["id"]).update(secrets)
        stored["lastModified"] = call.store.now()
        call.wrote(stored["id"], None)
        return self.show(call, stored)


def _google_project(key_file: str) -> Json:
    try:
        key = json.loads(base64.b64decode(key_file, validate=True))
        return {"name": key["client_email"], "projectId": key["project_id"]}
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise bad_request("keyFile: not the Base64 text of a service account key") from error


CLOUD_CREDENTIALS = CloudCredentials()


def list_appliances(call: Call) -> Json:
    """List the helper appliances of one record."""
    CLOUD_CREDENTIALS.get(call, call.path["id"])
    return page(
        [
            _shown(item)
            for item in call.store.collection(APPLIANCES).values()
            if item["owner"] == call.path["id"]
        ],
        call.query,
    )


def read_appliance(call: Call) -> Json:
    """Answer with one helper appliance."""
    return _shown(_appliance(call))


def save_appliance(call: Call) -> Json:
    """Create the appliance of a location, or change it."""
    owner = CLOUD_CREDENTIALS.get(call, call.path["id"])
    spec = call.body
    known = call.store.find(SUBSCRIPTIONS, spec["subscriptionId"])
    if known is None:
        raise bad_request("$.subscriptionId: no such subscription (it wants VBR's own id)")
    place = (spec["subscriptionId"], spec.get("location"))
    existing = [
        item
        for item in call.store.collection(APPLIANCES).values()
        if (item["subscriptionId"], item.get("location")) == place
    ]
    object_id = existing[0]["id"] if existing else new_id()
    call.wrote(object_id, spec.get("location"))
    item = {**spec, "id": object_id, "owner": owner["id"], "vmName": f"appliance-{object_id[:8]}"}

    def work() -> None:
        call.store.collection(APPLIANCES)[object_id] = item

    return call.state.sessions.start(
        "Helper Appliance Saving", "AzureApplianceDeploy", object_id=object_id, work=work
    )


def delete_appliance(call: Call) -> Json:
    """Delete one helper appliance."""
    item = _appliance(call)
    call.wrote(item["id"], item.get("location"))
    return call.state.sessions.start(
        "Infrastructure Item Deletion",
        "InfrastructureItemDeletion",
        work=lambda: call.store.forget(APPLIANCES, item["id"]),
    )


def _appliance(call: Call) -> Json:
    item = call.store.find(APPLIANCES, call.path["applianceId"])
    if item is None or item["owner"] != call.path["id"]:
        raise not_found("Helper appliance", call.path["applianceId"])
    return item


def _shown(item: Json) -> Json:
    return {key: value for key, value in item.items() if key != "owner"}


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    item = f"{CLOUD_CREDENTIALS.path}/{{id}}"
    return {
        **CLOUD_CREDENTIALS.routes(),
        ("POST", f"{item}/changeSecretKey"): CLOUD_CREDENTIALS.change_secret_key,
        ("POST", f"{item}/changeAccount"): CLOUD_CREDENTIALS.change_account,
        ("POST", f"{item}/changeCertificate"): CLOUD_CREDENTIALS.change_certificate,
        ("GET", f"{item}/helperAppliances"): list_appliances,
        ("POST", f"{item}/helperAppliances"): save_appliance,
        ("GET", f"{item}/helperAppliances/{{applianceId}}"): read_appliance,
        ("DELETE", f"{item}/helperAppliances/{{applianceId}}"): delete_appliance,
    }
