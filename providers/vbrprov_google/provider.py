"""The provider block ``google`` and the clients that come of it."""

from __future__ import annotations

import os
from typing import Any, Final
from urllib.parse import urljoin

from vbrprov.sdk import Model, ProviderConfig, ProviderContext, attribute
from vbrprov_google.clients import GoogleClients
from vbrprov_google.credentials import Login, key_document
from vbrprov_google.session import DOUBLE_PATHS, Clients, Settings

_SOURCE: Final = "https://docs.cloud.google.com/docs/authentication/application-default-credentials"
#: Environment variables that Terraform's provider reads, the first first.
_PROJECT: Final = ("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT",
                   "CLOUDSDK_CORE_PROJECT")
_REGION: Final = ("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION")
_ZONE: Final = ("GOOGLE_ZONE", "GCLOUD_ZONE", "CLOUDSDK_COMPUTE_ZONE")
_CREDENTIALS: Final = ("GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON")


def _url(value: Any) -> str | None:
    if not value.startswith(("https://", "http://")):
        return "An endpoint is a URL that starts with https:// (or http:// for a test server)."
    return None


def _endpoint(what: str) -> Any:
    return attribute(doc=f"URL for {what}, with its version.", default=None, validators=(_url,))


class GoogleModel(Model):
    """Arguments of ``provider "google"``."""

    project: str | None = attribute(
        doc="Project of new objects; GOOGLE_PROJECT, or the project of the credentials, when left "
            "out.", default=None)
    region: str | None = attribute(doc="Region, for google_client_config.", default=None)
    zone: str | None = attribute(doc="Zone, for google_client_config.", default=None)
    credentials: str | None = attribute(
        doc="JSON document of a service account key or of a federated identity, or the path of "
            "one. Application default credentials are searched when left out.",
        default=None, write_only=True, sensitive=True, source=_SOURCE)
    access_token: str | None = attribute(doc="An OAuth token; it is not renewed.", default=None,
                                         write_only=True, sensitive=True)
    impersonate_service_account: str | None = attribute(
        doc="Email of a service account to act as.", default=None,
        source="https://docs.cloud.google.com/iam/docs/service-account-impersonation")
    impersonate_service_account_delegates: list[str] | None = attribute(
        doc="Emails of the accounts in between.", default=None)
    default_labels: dict[str, str] | None = attribute(
        doc="Labels for everything that can have labels; a resource's own win.", default=None)
    storage_custom_endpoint: str | None = _endpoint("Cloud Storage")
    iam_custom_endpoint: str | None = _endpoint("IAM")
    resource_manager_v3_custom_endpoint: str | None = _endpoint("Resource Manager")
    kms_custom_endpoint: str | None = _endpoint("Cloud KMS")
    iam_credentials_custom_endpoint: str | None = attribute(
        doc="URL for impersonation, without a version.", default=None, validators=(_url,))


_ENDPOINTS: Final = {
    "storage": "storage_custom_endpoint", "iam": "iam_custom_endpoint",
    "resourcemanager": "resource_manager_v3_custom_endpoint", "cloudkms": "kms_custom_endpoint",
}


class GoogleProvider(ProviderConfig):
    """Makes the clients from the provider block, or from the sandbox's endpoints."""

    model = GoogleModel

    def configure(self, config: GoogleModel, context: ProviderContext) -> GoogleClients:
        """The clients. Makes no network call.

        Raises:
            ProviderError: The credentials cannot be read.
        """
        if config.access_token:
            context.secret(config.access_token)
        if context.sandbox is not None:
            return Clients(self._sandbox(config, context))
        login = Login(
            credentials=config.credentials or _first(_CREDENTIALS),
            access_token=config.access_token or (
                None if config.credentials else os.environ.get("GOOGLE_OAUTH_ACCESS_TOKEN")),
            impersonate=(config.impersonate_service_account
                         or os.environ.get("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT")),
            delegates=tuple(config.impersonate_service_account_delegates or ()),
            iam_endpoint=config.iam_credentials_custom_endpoint, untrusted=context.untrusted,
            stated=config.credentials is not None, learn_secret=context.secret)
        if context.untrusted and not (config.credentials or config.access_token):
            for field in (*_ENDPOINTS.values(), "iam_credentials_custom_endpoint"):
                if getattr(config, field):
                    raise context.refusal(field, "A token of the environment's credentials would "
                                          "be sent to an endpoint that the configuration names.")
        # Read now, so that a wrong key file is told before any call.
        key_document(login)
        return Clients(Settings(
            project=config.project or _first(_PROJECT), region=config.region or _first(_REGION),
            zone=config.zone or _first(_ZONE), login=login,
            endpoints={name: url for name, field in _ENDPOINTS.items()
                       if (url := getattr(config, field))},
            default_labels=config.default_labels or {}, parallelism=context.parallelism))

    def close(self, client: GoogleClients) -> None:
        """Close all connections."""
        client.close()

    def _sandbox(self, config: GoogleModel, context: ProviderContext) -> Settings:
        given = context.sandbox or {}
        url = f"{given['endpoint']}/"
        return Settings(
            project=config.project or str(given["project"]), region=config.region, zone=config.zone,
            login=Login(access_token=str(given["access_token"]), learn_secret=context.secret),
            endpoints={name: urljoin(url, path) for name, path in DOUBLE_PATHS.items()},
            default_labels=config.default_labels or {}, parallelism=context.parallelism,
            sandbox=True)


def _first(names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := os.environ.get(name))), None)


CONFIG = GoogleProvider()
