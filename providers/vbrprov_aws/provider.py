"""The provider block ``aws`` and the clients that come of it."""

from __future__ import annotations

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
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.session import DEFAULT_RETRIES, SERVICES, AssumedRole, Clients, Settings

_SOURCE = "https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html"


def _duration(value: Any) -> str | None:
    if not 900 <= value <= 43200:
        return "The duration of a role session is 900 to 43200 seconds."
    return None


def _retries(value: Any) -> str | None:
    return None if 0 <= value <= 50 else "The number of retries is 0 to 50."


def _url(value: Any) -> str | None:
    if not value.startswith(("https://", "http://")):
        return "An endpoint is a URL that starts with https:// (or http:// for a test server)."
    return None


class AssumeRoleBlock(Model):
    """A role that the provider takes on before its first call."""

    role_arn: str = attribute(doc="ARN of the role.", required=True)
    session_name: str | None = attribute(doc="Name of the sessions, seen in CloudTrail.",
                                         default="vbrprov")
    external_id: str | None = attribute(doc="External id that the role's trust policy asks for.",
                                        default=None, sensitive=True)
    duration: int | None = attribute(
        doc="Length of one session; it is renewed before it ends.", unit="seconds", default=None,
        validators=(_duration,),
        source="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html")


class EndpointsBlock(Model):
    """Other endpoints than Amazon's own, by service."""

    s3: str | None = attribute(doc="URL for S3.", default=None, validators=(_url,))
    iam: str | None = attribute(doc="URL for IAM.", default=None, validators=(_url,))
    sts: str | None = attribute(doc="URL for STS.", default=None, validators=(_url,))
    kms: str | None = attribute(doc="URL for KMS.", default=None, validators=(_url,))


class DefaultTagsBlock(Model):
    """Tags for everything that can have tags; a resource's own win."""

    tags: dict[str, str] | None = attribute(doc="The tags.", default=None)


class AwsModel(Model):
    """Arguments of ``provider "aws"``."""

    region: str | None = attribute(
        doc="Region of new buckets and of regional endpoints; AWS_REGION when left out.",
        default=None, source=_SOURCE)
    profile: str | None = attribute(doc="Profile of the shared AWS configuration files.",
                                    default=None, source=_SOURCE)
    access_key: str | None = attribute(
        doc="Access key id; with secret_key. The usual AWS sources are searched when left out.",
        default=None, write_only=True, sensitive=True)
    secret_key: str | None = attribute(doc="Secret access key.", default=None, write_only=True,
                                       sensitive=True)
    token: str | None = attribute(doc="Session token of temporary credentials.", default=None,
                                  write_only=True, sensitive=True)
    assume_role: AssumeRoleBlock | None = block(doc="A role to take on.", default=None)
    endpoints: EndpointsBlock | None = block(doc="Endpoints by service.", default=None)
    s3_use_path_style: bool | None = attribute(
        doc="Address buckets as a path, not as a host name.", default=False)
    default_tags: DefaultTagsBlock | None = block(doc="Tags for everything.", default=None)
    allowed_account_ids: list[str] | None = attribute(
        doc="Accounts that may be used; checked before the first call.", default=None)
    max_retries: int | None = attribute(
        doc="How often a call that was throttled or failed on the way is repeated.",
        default=DEFAULT_RETRIES, validators=(_retries,))


class AwsProvider(ProviderConfig):
    """Makes the clients from the provider block, or from the sandbox's endpoints."""

    model = AwsModel

    def configure(self, config: AwsModel, context: ProviderContext) -> AwsClients:
        """The clients. Makes no network call.

        Raises:
            ProviderError: The block contradicts itself, or there is no profile or region.
        """
        for secret in (config.secret_key, config.token):
            if secret:
                context.secret(secret)
        if config.access_key and not config.secret_key:
            raise ProviderError(ErrorClass.INVALID, "Incomplete credentials",
                                "access_key is set and secret_key is not.", attribute="secret_key")
        if config.secret_key and not config.access_key:
            raise ProviderError(ErrorClass.INVALID, "Incomplete credentials",
                                "secret_key is set and access_key is not.", attribute="access_key")
        if context.sandbox is not None:
            return Clients(self._sandbox(config, context))
        role = config.assume_role
        endpoints = config.endpoints
        return Clients(Settings(
            region=config.region, profile=config.profile, access_key=config.access_key,
            secret_key=config.secret_key, token=config.token,
            assume_role=None if role is None else AssumedRole(
                role.role_arn, role.session_name or "vbrprov", role.external_id, role.duration),
            endpoints={} if endpoints is None else {
                name: url for name in SERVICES if (url := getattr(endpoints, name))},
            path_style=bool(config.s3_use_path_style), default_tags=self._tags(config),
            allowed_account_ids=tuple(config.allowed_account_ids or ()),
            max_retries=self._retries(config),
            parallelism=context.parallelism, learn_secret=context.secret,
        ))

    def close(self, client: AwsClients) -> None:
        """Close all connections."""
        client.close()

    def _tags(self, config: AwsModel) -> dict[str, str]:
        return dict(config.default_tags.tags or {}) if config.default_tags else {}

    def _retries(self, config: AwsModel) -> int:
        return DEFAULT_RETRIES if config.max_retries is None else config.max_retries

    def _sandbox(self, config: AwsModel, context: ProviderContext) -> Settings:
        given = context.sandbox or {}
        url = str(given["endpoint"])
        return Settings(
            region=config.region or str(given.get("region", "us-east-1")),
            access_key=str(given["access_key"]), secret_key=str(given["secret_key"]),
            endpoints=dict.fromkeys(SERVICES, url), path_style=True,
            default_tags=self._tags(config), max_retries=self._retries(config),
            parallelism=context.parallelism, sandbox=True,
            learn_secret=context.secret)


CONFIG = AwsProvider()
