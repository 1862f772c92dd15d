"""The provider block ``ibm`` and the clients that come of it."""

from __future__ import annotations

import os
from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    Model,
    ProviderConfig,
    ProviderContext,
    ProviderError,
    attribute,
    block,
)
from vbrprov_ibm.rest import ENDPOINTS
from vbrprov_ibm.session import DEFAULT_RETRIES, Clients, Settings

_SOURCE = "https://registry.terraform.io/providers/IBM-Cloud/ibm/latest/docs"


def _url(value: Any) -> str | None:
    if not value.startswith(("https://", "http://")):
        return "An endpoint is a URL that starts with https:// (or http:// for a test server)."
    return None


def _retries(value: Any) -> str | None:
    return None if 0 <= value <= 50 else "The number of retries is 0 to 50."


class EndpointsBlock(Model):
    """Other addresses than IBM's own, by service."""

    iam: str | None = attribute(doc="URL of IAM.", default=None, validators=(_url,))
    resource_controller: str | None = attribute(doc="URL of the resource controller.",
                                                default=None, validators=(_url,))
    resource_configuration: str | None = attribute(
        doc="URL of the configuration of Cloud Object Storage.", default=None, validators=(_url,))
    s3: str | None = attribute(doc="URL of S3 for all locations.", default=None,
                               validators=(_url,))


class IbmModel(Model):
    """Arguments of ``provider "ibm"``."""

    ibmcloud_api_key: str | None = attribute(
        doc="API key of IBM Cloud; IC_API_KEY or IBMCLOUD_API_KEY when left out.", default=None,
        write_only=True, sensitive=True, source=_SOURCE)
    region: str | None = attribute(doc="Region; IC_REGION, else us-south.", default=None,
                                   source=_SOURCE)
    visibility: str | None = attribute(
        doc="Which endpoints of S3 are used: public, private or direct.", default="public",
        choices=("public", "private", "direct"))
    hmac_access_key: str | None = attribute(
        doc="Access key of HMAC credentials for S3; an IAM token is used when left out.",
        default=None, write_only=True, sensitive=True)
    hmac_secret_key: str | None = attribute(doc="Secret key of HMAC credentials for S3.",
                                            default=None, write_only=True, sensitive=True)
    endpoints: EndpointsBlock | None = block(doc="Addresses by service.", default=None)
    max_retries: int | None = attribute(
        doc="How often a call that was throttled or failed on the way is repeated.",
        default=DEFAULT_RETRIES, validators=(_retries,))


class IbmProvider(ProviderConfig):
    """Makes the clients from the provider block, or from the sandbox's endpoints."""

    model = IbmModel

    def configure(self, config: IbmModel, context: ProviderContext) -> Clients:
        """The clients. Makes no network call.

        Raises:
            ProviderError: The credentials are incomplete, or there are none.
        """
        api_key = config.ibmcloud_api_key or os.environ.get("IC_API_KEY") or os.environ.get(
            "IBMCLOUD_API_KEY")
        for secret in (api_key, config.hmac_secret_key):
            if secret:
                context.secret(secret)
        if bool(config.hmac_access_key) != bool(config.hmac_secret_key):
            missing = "hmac_secret_key" if config.hmac_access_key else "hmac_access_key"
            raise ProviderError(ErrorClass.INVALID, "Incomplete credentials",
                                f"One of the HMAC keys is set and {missing} is not.",
                                attribute=missing)
        shared: dict[str, Any] = {
            "region": config.region or os.environ.get("IC_REGION") or "us-south",
            "endpoint_type": config.visibility or "public", "parallelism": context.parallelism,
            "max_retries": DEFAULT_RETRIES if config.max_retries is None else config.max_retries,
            "learn_secret": context.secret,
        }
        if context.sandbox is not None:
            given = context.sandbox
            rest = str(given["rest_endpoint"])
            return Clients(Settings(
                **shared, sandbox=True, api_key=str(given["api_key"]),
                hmac_access_key=str(given["access_key"]), hmac_secret_key=str(given["secret_key"]),
                endpoints={**dict.fromkeys(ENDPOINTS, rest), "s3": str(given["endpoint"])}))
        if not api_key and not config.hmac_access_key:
            raise ProviderError(ErrorClass.INVALID, "No credentials",
                                "The ibm provider has no API key. Set ibmcloud_api_key on the "
                                "provider block, or IC_API_KEY.", attribute="ibmcloud_api_key")
        own = config.endpoints or EndpointsBlock()
        names = (*ENDPOINTS, "s3")
        if context.untrusted and not config.ibmcloud_api_key and any(
                getattr(own, name) for name in names):
            raise context.refusal("endpoints", "The API key of the environment would be sent to an "
                                  "endpoint that the configuration names.")
        return Clients(Settings(
            **shared, api_key=api_key, hmac_access_key=config.hmac_access_key,
            hmac_secret_key=config.hmac_secret_key,
            endpoints={name: url for name in names if (url := getattr(own, name))}))

    def close(self, client: Clients) -> None:
        """Close all connections."""
        client.close()


CONFIG = IbmProvider()
