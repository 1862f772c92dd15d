"""Cloud credentials on the wire, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov_veeam import words
from vbrprov_veeam.credentials.model import CloudCredentialsModel
from vbrprov_veeam.links import look
from vbrprov_veeam.server import Json

#: Argument that names the record, by kind; a new record needs it.
NAMES: Mapping[str, str] = {
    "amazon": "access_key", "google": "access_key", "azure_storage": "account",
    "azure_compute": "connection_name",
}
#: Arguments that go with a kind, beside those that go with all.
ARGUMENTS: Mapping[str, frozenset[str]] = {
    "amazon": frozenset({"access_key", "secret_key"}),
    "google": frozenset({"access_key", "secret_key"}),
    "azure_storage": frozenset({"account", "secret_key"}),
    "azure_compute": frozenset({
        "connection_name", "tenant_id", "application_id", "deployment_type", "region_type",
        "client_secret", "certificate", "certificate_password", "certificate_format"}),
    "google_service": frozenset({"key_file"}),
}
_PLAIN = {"access_key": "accessKey", "account": "account", "connection_name": "connectionName"}


def change(raw: Json, planned: CloudCredentialsModel) -> None:
    """Set what no secret is and an update may carry, but for the description."""
    name = NAMES.get(planned.type)
    if name is not None:
        raw[_PLAIN[name]] = getattr(planned, name)


def spec(planned: CloudCredentialsModel) -> Json:
    """The parts of a creation that no update has, with the secrets."""
    if planned.type == "azure_storage":
        return {"sharedKey": planned.secret_key}
    if planned.type == "google_service":
        return {"existingAccount": {"keyFile": planned.key_file}}
    if planned.type != "azure_compute":
        return {"secretKey": planned.secret_key}
    subscription: Json = {"tenantId": planned.tenant_id, "applicationId": planned.application_id}
    if planned.client_secret is not None:
        subscription["secret"] = planned.client_secret
    if planned.certificate is not None:
        subscription["certificate"] = certificate(planned, {
            "certificate": planned.certificate, **(
                {} if planned.certificate_password is None
                else {"certificate_password": planned.certificate_password})})
    deployment = {"deploymentType": words.to_wire(
        "azure_deployment", planned.deployment_type or "microsoft_azure")}
    if planned.deployment_type != "microsoft_azure_stack":
        deployment["region"] = words.to_wire("region_type", planned.region_type or "global")
    return {"creationMode": "ExistingAccount",
            "existingAccount": {"deployment": deployment, "subscription": subscription}}


def certificate(state: CloudCredentialsModel, values: Mapping[str, str]) -> Json:
    """A certificate to send."""
    body: Json = {
        "certificate": values["certificate"],
        "formatType": words.to_wire("certificate_format", state.certificate_format or "pfx")}
    if "certificate_password" in values:
        body["password"] = values["certificate_password"]
    return body


def read(raw: Json) -> dict[str, Any]:
    """All that depends on the kind."""
    known = look(raw, "subscription.subscriptions")
    return {
        **{name: raw.get(wire) for name, wire in _PLAIN.items()},
        "tenant_id": look(raw, "subscription.tenantId"),
        "application_id": look(raw, "subscription.applicationId"),
        "deployment_type": words.from_wire(
            "azure_deployment", look(raw, "deployment.deploymentType")),
        "region_type": words.from_wire("region_type", look(raw, "deployment.region")),
        "subscriptions": None if known is None else {
            s["azureSubscriptionId"]: s["id"] for s in known},
        "project_id": raw.get("projectId"),
        "account_name": raw.get("name"),
    }
