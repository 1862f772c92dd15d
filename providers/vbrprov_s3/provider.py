"""The provider block ``s3`` and the clients that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
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
from vbrprov_s3.session import DEFAULT_RETRIES, SERVICES, Clients, Settings
from vbrprov_s3.vendors import VENDORS, Vendor, endpoint_of

_CHECKSUMS = "https://github.com/boto/boto3/issues/4392"


def check_url(value: Any) -> str | None:
    """What is wrong with the URL of an endpoint."""
    if not value.startswith(("https://", "http://")):
        return "An endpoint is a URL that starts with https:// (or http:// for a test server)."
    return None


def check_retries(value: Any) -> str | None:
    """What is wrong with a number of retries."""
    return None if 0 <= value <= 50 else "The number of retries is 0 to 50."


class EndpointsBlock(Model):
    """Addresses of the store's services."""

    s3: str | None = attribute(doc="URL for S3; the same as endpoint.", default=None,
                               validators=(check_url,))
    iam: str | None = attribute(doc="URL for IAM.", default=None, validators=(check_url,))
    sts: str | None = attribute(doc="URL for STS.", default=None, validators=(check_url,))
    admin: str | None = attribute(doc="URL for MinIO's admin API; that for S3 when left out.",
                                  default=None, validators=(check_url,))


class S3Model(Model):
    """Arguments of ``provider "s3"``."""

    vendor: str = attribute(
        doc="Whose storage it is; generic probes everything.", required=True,
        choices=tuple(VENDORS))
    endpoint: str | None = attribute(
        doc="URL for S3. Wasabi's and IBM's follow from region when left out.", default=None,
        validators=(check_url,))
    endpoints: EndpointsBlock | None = block(doc="Addresses by service.", default=None)
    region: str | None = attribute(
        doc="Region that requests are signed for; us-east-1 on most stores.", default=None)
    access_key: str | None = attribute(doc="Access key id.", default=None, write_only=True,
                                       sensitive=True)
    secret_key: str | None = attribute(doc="Secret access key.", default=None, write_only=True,
                                       sensitive=True)
    token: str | None = attribute(doc="Session token of temporary credentials.", default=None,
                                  write_only=True, sensitive=True)
    s3_use_path_style: bool | None = attribute(
        doc="Address buckets as a path, as most stores need, not as a host name.", default=True)
    custom_ca_bundle: str | None = attribute(
        doc="File with the certificates of the authorities that are trusted (PEM).", default=None)
    insecure: bool | None = attribute(
        doc="Do not check the store's certificate; for trying out only.", default=False)
    checksum_mode: str | None = attribute(
        doc="When checksums are sent; when_supported breaks many stores.",
        default="when_required", choices=("when_required", "when_supported"), source=_CHECKSUMS)
    max_retries: int | None = attribute(
        doc="How often a call that was throttled or failed on the way is repeated.",
        default=DEFAULT_RETRIES, validators=(check_retries,))


class S3Provider(ProviderConfig):
    """Makes the clients from the provider block, or from the sandbox's endpoints."""

    model = S3Model

    def configure(self, config: S3Model, context: ProviderContext) -> Clients:
        """The clients. Makes no network call.

        Raises:
            ProviderError: No address or credentials, or a file that is not there.
        """
        for secret in (config.secret_key, config.token):
            if secret:
                context.secret(secret)
        vendor = VENDORS[config.vendor]
        region = config.region or vendor.region
        shared: dict[str, Any] = {
            "vendor": vendor, "region": region, "parallelism": context.parallelism,
            "checksums": config.checksum_mode or "when_required",
            "max_retries": DEFAULT_RETRIES if config.max_retries is None else config.max_retries,
            "learn_secret": context.secret,
        }
        if context.sandbox is not None:
            given = context.sandbox
            url, admin = str(given["endpoint"]), str(given["admin_endpoint"])
            return Clients(Settings(
                **shared, sandbox=True, access_key=str(given["access_key"]),
                secret_key=str(given["secret_key"]),
                endpoints={**dict.fromkeys(SERVICES, url), "admin": admin}))
        if not config.access_key or not config.secret_key:
            raise _invalid("No credentials", "The s3 provider needs access_key and secret_key. "
                           "Credentials for Amazon are never looked for, since they must not reach "
                           "another store.",
                           "secret_key" if config.access_key else "access_key")
        context.check_file("custom_ca_bundle", config.custom_ca_bundle)
        return Clients(Settings(
            **shared, access_key=config.access_key, secret_key=config.secret_key,
            token=config.token, endpoints=_endpoints(config, vendor, region),
            path_style=config.s3_use_path_style is not False,
            ca_bundle=_ca_bundle(config.custom_ca_bundle), insecure=bool(config.insecure)))

    def held_policies(self, client: Clients, user: str | None,
                      buckets: Sequence[str]) -> HeldPolicies:
        """See ``ProviderConfig.held_policies``."""
        if client.settings.vendor.identities == "minio":
            from vbrprov_s3.minio.held import held_policies as of_minio

            return of_minio(client, user)
        from vbrprov_s3.iam.held import held_policies

        return held_policies(client, user, buckets)

    def close(self, client: Clients) -> None:
        """Close all connections."""
        client.close()


def _endpoints(config: S3Model, vendor: Vendor, region: str) -> dict[str, str]:
    block = config.endpoints or EndpointsBlock()
    if config.endpoint and block.s3 and config.endpoint != block.s3:
        raise _invalid("Endpoint stated twice", "endpoint and endpoints.s3 differ; leave one out.",
                       "endpoint")
    s3 = config.endpoint or block.s3 or endpoint_of(vendor.endpoint, region)
    if s3 is None:
        raise _invalid("No endpoint", f"The address of {vendor.title} does not follow from its "
                       "region. Set endpoint.", "endpoint")
    # Ceph and its likes answer IAM and STS on the address of S3; wrong ones are found out by the
    # first call.
    own = s3 if vendor.identities == "aws" else None
    found = {
        "s3": s3,
        "iam": block.iam or endpoint_of(vendor.iam, region) or own,
        "sts": block.sts or endpoint_of(vendor.sts, region) or own,
        "admin": block.admin or (s3 if vendor.identities == "minio" else None),
    }
    return {name: url for name, url in found.items() if url is not None}


def _ca_bundle(path: str | None) -> str | None:
    if path is None:
        return None
    if not Path(path).is_file():
        raise _invalid("No such file", f'custom_ca_bundle is "{path}", and there is no such file.',
                       "custom_ca_bundle")
    return path


def _invalid(summary: str, detail: str, attribute: str) -> ProviderError:
    return ProviderError(ErrorClass.INVALID, summary, detail, attribute=attribute)


CONFIG = S3Provider()
