"""The provider block ``azurerm`` and the clients that come of it."""

from __future__ import annotations

import os
import uuid
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
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.login import CLOUDS, Claims, Login, from_environment
from vbrprov_azure.session import DEFAULT_RETRIES, Clients, Settings

_SOURCE = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs"
_TRUE = {"1", "true", "yes", "on"}


def _retries(value: Any) -> str | None:
    return None if 0 <= value <= 50 else "The number of retries is 0 to 50."


def _uuid(value: Any) -> str | None:
    try:
        uuid.UUID(value)
    except ValueError:
        return "It is a UUID such as 00000000-0000-0000-0000-000000000000."
    return None


class FeaturesBlock(Model):
    """Empty; Terraform's provider wants it, so configurations have it."""


class AzureModel(Model):
    """Arguments of ``provider "azurerm"``."""

    subscription_id: str | None = attribute(
        doc="Subscription of everything that does not name another. Environment: "
            "ARM_SUBSCRIPTION_ID, AZURE_SUBSCRIPTION_ID.", default=None, validators=(_uuid,),
        source=_SOURCE)
    tenant_id: str | None = attribute(
        doc="Tenant to log in to. Environment: ARM_TENANT_ID, AZURE_TENANT_ID.", default=None)
    client_id: str | None = attribute(
        doc="Application or managed identity to log in as. Environment: ARM_CLIENT_ID, "
            "AZURE_CLIENT_ID.", default=None)
    client_secret: str | None = attribute(
        doc="Secret of the application. Environment: ARM_CLIENT_SECRET, AZURE_CLIENT_SECRET.",
        default=None, sensitive=True, write_only=True)
    client_certificate_path: str | None = attribute(
        doc="Certificate of the application with its key (PEM or PKCS 12). Environment: "
            "ARM_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_CERTIFICATE_PATH.", default=None)
    client_certificate_password: str | None = attribute(
        doc="Password of the certificate's key. Environment: ARM_CLIENT_CERTIFICATE_PASSWORD.",
        default=None, sensitive=True, write_only=True)
    use_oidc: bool | None = attribute(
        doc="Log in with a token of another identity provider (workload identity). Environment: "
            "ARM_USE_OIDC; on by itself where AZURE_FEDERATED_TOKEN_FILE is set.", default=None)
    oidc_token: str | None = attribute(doc="That token. Environment: ARM_OIDC_TOKEN.",
                                       default=None, sensitive=True, write_only=True)
    oidc_token_file_path: str | None = attribute(
        doc="File with that token. Environment: ARM_OIDC_TOKEN_FILE_PATH, "
            "AZURE_FEDERATED_TOKEN_FILE.", default=None)
    oidc_request_url: str | None = attribute(
        doc="Where a pipeline gets that token. Environment: ARM_OIDC_REQUEST_URL, "
            "ACTIONS_ID_TOKEN_REQUEST_URL.", default=None)
    oidc_request_token: str | None = attribute(
        doc="What the pipeline shows there. Environment: ARM_OIDC_REQUEST_TOKEN, "
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN.", default=None, sensitive=True, write_only=True)
    use_msi: bool | None = attribute(
        doc="Log in as the managed identity of the machine. Environment: ARM_USE_MSI.",
        default=None)
    use_cli: bool | None = attribute(
        doc="Log in as the Azure CLI is, when nothing else is given. Environment: ARM_USE_CLI.",
        default=None)
    environment: str | None = attribute(
        doc="Which of Microsoft's clouds. Environment: ARM_ENVIRONMENT.", default=None,
        choices=tuple(CLOUDS))
    max_retries: int | None = attribute(
        doc="How often a call that was throttled or failed on the way is repeated.",
        default=DEFAULT_RETRIES, validators=(_retries,))
    features: FeaturesBlock | None = block(doc="Accepted and not needed.", default=None)


class AzureProvider(ProviderConfig):
    """Makes the clients from the provider block, or from the sandbox's endpoints."""

    model = AzureModel

    def configure(self, config: AzureModel, context: ProviderContext) -> AzureClients:
        """The clients. Makes no network call and runs no program.

        Raises:
            ProviderError: The block contradicts itself, or says too little to log in.
        """
        retries = DEFAULT_RETRIES if config.max_retries is None else config.max_retries
        if context.sandbox is not None:
            given = context.sandbox
            return Clients(Settings(
                subscription_id=config.subscription_id or str(given["subscription_id"]),
                login=None, endpoint=str(given["endpoint"]), max_retries=retries,
                poll_seconds=float(given.get("poll_seconds", 0.05)),
                sandbox_claims=Claims(str(given["tenant_id"]), str(given["client_id"]),
                                      str(given["object_id"])),
                learn_secret=context.secret))
        subscription = config.subscription_id or from_environment(
            "ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID")
        if not subscription:
            raise ProviderError(
                ErrorClass.INVALID, "No subscription",
                "The azurerm provider has no subscription_id. Set it on the provider block, or "
                "set ARM_SUBSCRIPTION_ID.", attribute="subscription_id")
        login = _login(config)
        if context.untrusted:
            _refuse_untrusted(config, login)
        for secret in (login.client_secret, login.certificate_password, login.token,
                       login.request_token):
            if secret:
                context.secret(secret)
        return Clients(Settings(subscription_id=subscription, login=login, cloud=login.cloud,
                                max_retries=retries, learn_secret=context.secret))

    def close(self, client: AzureClients) -> None:
        """Close all connections."""
        client.close()


def _refuse_untrusted(config: AzureModel, login: Login) -> None:
    """A configuration by strangers starts no program, reads no file and sends no token anywhere.

    What the environment says was not written by them.
    """
    if login.kind == "azure_cli":
        raise ProviderError(
            ErrorClass.DENIED, "Login needs a program",
            "The azurerm provider would start az to log in, which an untrusted run does not do.",
            hint="Give it a login by ARM_CLIENT_ID with ARM_CLIENT_SECRET or ARM_USE_OIDC.")
    for name in ("client_certificate_path", "oidc_token_file_path", "oidc_request_url"):
        if getattr(config, name):
            raise ProviderError(
                ErrorClass.DENIED, "Argument not allowed",
                f"{name} of the azurerm provider is not used in an untrusted run, since whoever "
                "wrote the configuration could have files read or a token sent to them.",
                attribute=name)


def _login(config: AzureModel) -> Login:
    """The way to log in: what is given most plainly wins, the Azure CLI comes last."""
    name = config.environment or from_environment("ARM_ENVIRONMENT") or "public"
    if name not in CLOUDS:
        raise ProviderError(
            ErrorClass.INVALID, "Environment not known",
            f'ARM_ENVIRONMENT is "{name}", which is none of {", ".join(CLOUDS)}.',
            attribute="environment")
    cloud = CLOUDS[name]
    tenant = config.tenant_id or from_environment("ARM_TENANT_ID", "AZURE_TENANT_ID")
    client = config.client_id or from_environment("ARM_CLIENT_ID", "AZURE_CLIENT_ID")
    secret = config.client_secret or from_environment("ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET")
    certificate = config.client_certificate_path or from_environment(
        "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH")
    if secret or certificate:
        kind = "client_secret" if secret else "client_certificate"
        _complete(kind, tenant, client)
        return Login(
            kind, cloud, tenant, client, client_secret=secret, certificate_path=certificate,
            certificate_password=config.client_certificate_password or from_environment(
                "ARM_CLIENT_CERTIFICATE_PASSWORD"))
    token_file = config.oidc_token_file_path or from_environment(
        "ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE")
    if _flag(config.use_oidc, "ARM_USE_OIDC", bool(os.environ.get("AZURE_FEDERATED_TOKEN_FILE"))):
        _complete("use_oidc", tenant, client)
        login = Login(
            "workload_identity", cloud, tenant, client,
            token=config.oidc_token or from_environment("ARM_OIDC_TOKEN"), token_file=token_file,
            request_url=config.oidc_request_url or from_environment(
                "ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"),
            request_token=config.oidc_request_token or from_environment(
                "ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"))
        if not (login.token or login.token_file or (login.request_url and login.request_token)):
            raise ProviderError(
                ErrorClass.INVALID, "Incomplete credentials",
                "use_oidc is set, and there is neither oidc_token, nor oidc_token_file_path, nor "
                "oidc_request_url with oidc_request_token.", attribute="use_oidc")
        return login
    if _flag(config.use_msi, "ARM_USE_MSI", default=False):
        return Login("managed_identity", cloud, tenant, client)
    if not _flag(config.use_cli, "ARM_USE_CLI", default=True):
        raise ProviderError(
            ErrorClass.INVALID, "No credentials",
            "The azurerm provider has no way to log in: no client_secret, no certificate, no "
            "use_oidc, no use_msi, and use_cli is off.", attribute="use_cli")
    return Login("azure_cli", cloud, tenant)


def _complete(what: str, tenant: str, client: str) -> None:
    for name, value in (("tenant_id", tenant), ("client_id", client)):
        if not value:
            raise ProviderError(ErrorClass.INVALID, "Incomplete credentials",
                                f"{what} is set and {name} is not.", attribute=name)


def _flag(stated: bool | None, variable: str, default: bool) -> bool:
    if stated is not None:
        return stated
    text = os.environ.get(variable, "")
    return text.lower() in _TRUE if text else default


CONFIG = AzureProvider()
