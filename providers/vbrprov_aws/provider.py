"""The provider block ``aws`` and the clients that come of it."""

from __future__ import annotations

from collections.abc import Sequence
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
from vbrprov.sdk.held import HeldPolicies
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.session import Clients
from vbrprov_aws.settings import DEFAULT_RETRIES, SERVICES, AssumedRole, Settings, WebIdentity
from vbrprov_s3.policy_json import document_validator
from vbrprov_s3.tags import wire_tags

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


def _facets(value: Any) -> str | None:
    from vbrprov_s3.bucket.facet_steps import SKIPPABLE

    wrong = sorted(set(value) - SKIPPABLE)
    return f"{wrong[0]} is not one of {', '.join(sorted(SKIPPABLE))}." if wrong else None


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
    policy: str | None = attribute(
        doc="A policy document that narrows what the session may do.", default=None,
        validators=(document_validator(2048),))
    policy_arns: list[str] | None = attribute(
        doc="ARNs of managed policies that narrow what the session may do.", default=None)
    source_identity: str | None = attribute(
        doc="Who uses the session, for CloudTrail.", default=None)
    tags: dict[str, str] | None = attribute(doc="Tags of the session.", default=None)
    transitive_tag_keys: list[str] | None = attribute(
        doc="Tags that stay when the session takes on another role.", default=None)

    def extra(self) -> dict[str, Any]:
        """The less common parameters as STS takes them."""
        out: dict[str, Any] = {
            "Policy": self.policy, "SourceIdentity": self.source_identity,
            "PolicyArns": [{"arn": arn} for arn in self.policy_arns or []],
            "Tags": wire_tags(self.tags or {}), "TransitiveTagKeys": self.transitive_tag_keys}
        return {name: value for name, value in out.items() if value}


class WebIdentityBlock(Model):
    """A role that the provider takes on with a token (OIDC), as CI systems hand them out.

    Without the block, AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN do the same.
    """

    role_arn: str = attribute(doc="ARN of the role.", required=True)
    session_name: str | None = attribute(doc="Name of the sessions, seen in CloudTrail.",
                                         default="vbrprov")
    web_identity_token: str | None = attribute(doc="The token.", default=None, write_only=True,
                                               sensitive=True)
    web_identity_token_file: str | None = attribute(
        doc="File with the token; read anew for each session.", default=None)
    duration: int | None = attribute(
        doc="Length of one session; it is renewed before it ends.", unit="seconds", default=None,
        validators=(_duration,),
        source="https://docs.aws.amazon.com/STS/latest/APIReference/"
               "API_AssumeRoleWithWebIdentity.html")


class EndpointsBlock(Model):
    """Other endpoints than Amazon's own, by service.

    AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_S3 and so on do the same for what is left out here.
    """

    s3: str | None = attribute(doc="URL for S3.", default=None, validators=(_url,))
    iam: str | None = attribute(doc="URL for IAM.", default=None, validators=(_url,))
    sts: str | None = attribute(doc="URL for STS.", default=None, validators=(_url,))
    kms: str | None = attribute(doc="URL for KMS.", default=None, validators=(_url,))
    s3control: str | None = attribute(doc="URL for S3 Control.", default=None, validators=(_url,))


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
    assume_role_with_web_identity: WebIdentityBlock | None = block(
        doc="A role to take on with a token; before assume_role, if both are there.", default=None)
    endpoints: EndpointsBlock | None = block(doc="Endpoints by service.", default=None)
    s3_use_path_style: bool | None = attribute(
        doc="Address buckets as a path, not as a host name.", default=False)
    custom_ca_bundle: str | None = attribute(
        doc="File with the certificates of authorities to trust (PEM); AWS_CA_BUNDLE when left "
            "out.", default=None)
    use_fips_endpoint: bool | None = attribute(
        doc="Use endpoints with FIPS cryptography; AWS_USE_FIPS_ENDPOINT when left out.",
        default=None)
    use_dualstack_endpoint: bool | None = attribute(
        doc="Use endpoints with IPv6; AWS_USE_DUALSTACK_ENDPOINT when left out.", default=None)
    default_tags: DefaultTagsBlock | None = block(doc="Tags for everything.", default=None)
    allowed_account_ids: list[str] | None = attribute(
        doc="Accounts that may be used; checked before the first call.", default=None)
    forbidden_account_ids: list[str] | None = attribute(
        doc="Accounts that must not be used; checked before the first call.", default=None)
    skip_requesting_account_id: bool | None = attribute(
        doc="Do not ask STS for the account. For stores without STS: an interrupted creation is "
            "then recognised by the time alone.", default=False)
    skip_bucket_facets: list[str] | None = attribute(
        doc="Settings of buckets that are left alone unless a bucket states them: "
            "public_access_block, ownership_controls, encryption. For a store that lacks them.",
        default=None, validators=(_facets,))
    retry_mode: str | None = attribute(
        doc="How the pauses between attempts are chosen; adaptive also slows down first attempts.",
        default="standard", choices=("standard", "adaptive"),
        source="https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html")
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
        web = config.assume_role_with_web_identity
        for secret in (config.secret_key, config.token, web.web_identity_token if web else None):
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
        if web and bool(web.web_identity_token) == bool(web.web_identity_token_file):
            raise ProviderError(
                ErrorClass.INVALID, "Web identity needs one token",
                "Set either web_identity_token or web_identity_token_file.",
                attribute="assume_role_with_web_identity")
        role = config.assume_role
        endpoints = config.endpoints
        return Clients(Settings(
            region=config.region, profile=config.profile, access_key=config.access_key,
            secret_key=config.secret_key, token=config.token,
            assume_role=None if role is None else AssumedRole(
                role.role_arn, role.session_name or "vbrprov", role.external_id, role.duration,
                role.extra()),
            web_identity=None if web is None else WebIdentity(
                web.role_arn, web.session_name or "vbrprov", web.web_identity_token,
                web.web_identity_token_file, web.duration),
            ca_bundle=config.custom_ca_bundle, fips=config.use_fips_endpoint,
            dualstack=config.use_dualstack_endpoint,
            endpoints={} if endpoints is None else {
                name: url for name in SERVICES if (url := getattr(endpoints, name))},
            path_style=bool(config.s3_use_path_style), default_tags=self._tags(config),
            allowed_account_ids=tuple(config.allowed_account_ids or ()),
            forbidden_account_ids=tuple(config.forbidden_account_ids or ()),
            skip_account_id=bool(config.skip_requesting_account_id),
            skip_bucket_facets=frozenset(config.skip_bucket_facets or ()),
            max_retries=self._retries(config), retry_mode=config.retry_mode or "standard",
            untrusted=context.untrusted, parallelism=context.parallelism,
            learn_secret=context.secret,
        ))

    def held_policies(self, client: Clients, user: str | None,
                      buckets: Sequence[str]) -> HeldPolicies:
        """See ``ProviderConfig.held_policies``."""
        from vbrprov_s3.iam.held import held_policies

        return held_policies(client, user, buckets)

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
            skip_bucket_facets=frozenset(config.skip_bucket_facets or ()),
            parallelism=context.parallelism, sandbox=True,
            learn_secret=context.secret)


CONFIG = AwsProvider()
