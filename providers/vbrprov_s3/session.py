"""Clients of one S3-compatible store: made on first use, shared by all threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_s3.clients import IamClient, S3Client, StsClient
from vbrprov_s3.codes import S3_CODES
from vbrprov_s3.errors import Service
from vbrprov_s3.permissions import S3_PERMISSIONS
from vbrprov_s3.sdk_session import bare_session, sdk_config, with_digests
from vbrprov_s3.sosapi import balances_load
from vbrprov_s3.store import Store
from vbrprov_s3.vendors import Vendor

if TYPE_CHECKING:
    from vbrprov_s3.capability import Capability
    from vbrprov_s3.minio.client import MinioAdmin

DEFAULT_RETRIES: Final = 8
SERVICES: Final = ("s3", "iam", "sts", "admin")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the provider block says, checked and with its defaults."""

    vendor: Vendor
    region: str
    endpoints: Mapping[str, str]
    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    path_style: bool = True
    ca_bundle: str | None = None
    insecure: bool = False
    checksums: str = "when_required"
    max_retries: int = DEFAULT_RETRIES
    parallelism: int = 10
    sandbox: bool = False
    learn_secret: Callable[[str], None] = lambda value: None


class Clients:
    """The client object of the provider ``s3``. Making it costs no call."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.region = settings.region
        self.partition = "aws"
        self.sandbox = settings.sandbox
        self.default_tags: Mapping[str, str] = {}
        self.store = _store(settings)
        self._lock = threading.RLock()
        self._made: dict[tuple[str, str, bool], Any] = {}
        self._session = bare_session()
        self._session.set_credentials(settings.access_key, settings.secret_key, settings.token)
        self._admin: MinioAdmin | None = None
        self._capability: Capability | None = None

    def _client(self, service: str, region: str, once: bool = False) -> Any:
        key = (service, region, once)
        found = self._made.get(key)
        if found is not None:
            return found
        # Session.create_client is not safe to call from several threads; clients are.
        with self._lock:
            if key not in self._made:
                self._made[key] = self._new(service, region, once)
            return self._made[key]

    def _new(self, service: str, region: str, once: bool, **credentials: str) -> Any:
        settings = self.settings
        endpoint = settings.endpoints.get(service)
        if endpoint is None:
            raise ProviderError(
                ErrorClass.UNSUPPORTED, f"No address for {service.upper()}",
                f"The provider s3 knows no {service.upper()} address of {settings.vendor.title}.",
                attribute="endpoints", hint=f"Set endpoints.{service}.")
        verify: Any = False if settings.insecure else settings.ca_bundle
        made = self._session.create_client(
            service, region_name=region, endpoint_url=endpoint, verify=verify,
            config=sdk_config(
                max_attempts=1 if once else settings.max_retries,
                parallelism=settings.parallelism, path_style=settings.path_style,
                sandbox=settings.sandbox, checksums=settings.checksums), **credentials)
        return with_digests(made) if service == "s3" else made

    def s3(self, region: str | None = None, *, once: bool = False) -> S3Client:
        """The S3 client for *region* (the provider's own by default)."""
        return cast("S3Client", self._client("s3", region or self.region, once))

    def iam(self, *, once: bool = False) -> IamClient:
        """The IAM client."""
        return cast("IamClient", self._client("iam", self.region, once))

    def sts(self) -> StsClient:
        """The STS client."""
        return cast("StsClient", self._client("sts", self.region))

    def sts_as(self, access_key: str, secret_key: str) -> StsClient:
        """An STS client that acts as another identity; not kept."""
        with self._lock:
            return cast("StsClient", self._new(
                "sts", self.region, once=True, aws_access_key_id=access_key,
                aws_secret_access_key=secret_key))

    def account_summary(self) -> Mapping[str, int]:
        """Not asked: stores that have IAM have few of its counts."""
        return {}

    def account_id(self) -> str | None:
        """Not told: an account is what the credentials reach on the one endpoint."""
        return None

    def admin(self) -> MinioAdmin:
        """The client of MinIO's admin API."""
        from vbrprov_s3.minio.client import MinioAdmin

        with self._lock:
            if self._admin is None:
                settings = self.settings
                self._admin = MinioAdmin(
                    settings.endpoints.get("admin") or settings.endpoints["s3"],
                    settings.access_key, settings.secret_key, region=settings.region,
                    ca_bundle=settings.ca_bundle, insecure=settings.insecure,
                    retries=settings.max_retries)
            return self._admin

    def capability(self) -> Capability:
        """What the store can do, found out once without writing anything."""
        from vbrprov_s3.capability import probe_store

        with self._lock:
            if self._capability is None:
                self._capability = probe_store(self)
            return self._capability

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        self.settings.learn_secret(value)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client in self._made.values():
                client.close()
            self._made.clear()
            if self._admin is not None:
                self._admin.close()


def _store(settings: Settings) -> Store:
    vendor, endpoint = settings.vendor, settings.endpoints["s3"].rstrip("/")
    scheme, _, host = endpoint.partition("://")

    def names(bucket: str, region: str) -> dict[str, str]:
        domain = f"{host}/{bucket}" if settings.path_style else f"{bucket}.{host}"
        return {
            "id": bucket, "bucket": bucket, "region": region, "arn": f"arn:aws:s3:::{bucket}",
            "bucket_domain_name": domain, "bucket_regional_domain_name": domain,
            "endpoint": f"{scheme}://{host}",
        }

    service = Service(vendor.title, "s3", S3_CODES, S3_PERMISSIONS)
    return Store(
        service=service, names=names,
        further=lambda client, bucket: {"smart_entities": balances_load(service, client, bucket)},
        # us-east-1 is what a bucket without a location gets, on AWS and its likes. The sandbox's
        # S3 is Amazon's, which asks for the location everywhere else.
        location=lambda region: region if (
            vendor.location or settings.sandbox) and region != "us-east-1" else None,
        lacks=vendor.lacks, lock_later=vendor.lock_later, world=vendor.world)
