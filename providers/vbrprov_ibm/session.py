"""Clients of IBM Cloud: REST services, and S3 by location, with HMAC keys or an IAM token."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_ibm.locations import bucket_crn, endpoint
from vbrprov_ibm.rest import Rest
from vbrprov_s3.clients import S3Client
from vbrprov_s3.codes import S3_CODES
from vbrprov_s3.errors import Service
from vbrprov_s3.sdk_session import bare_session, sdk_config, with_digests
from vbrprov_s3.store import Store

DEFAULT_RETRIES: Final = 8
S3: Final = Service("IBM Cloud Object Storage", "cloud-object-storage", S3_CODES, {
    "CreateBucket": "cloud-object-storage.bucket.put_bucket",
    "DeleteBucket": "cloud-object-storage.bucket.delete_bucket",
    "HeadBucket": "cloud-object-storage.bucket.head",
    "ListBuckets": "cloud-object-storage.account.get_account_buckets",
    "GetBucketVersioning": "cloud-object-storage.bucket.get_versioning",
    "PutBucketVersioning": "cloud-object-storage.bucket.put_versioning",
    "GetObjectLockConfiguration": "cloud-object-storage.bucket.get_object_lock_configuration",
    "PutObjectLockConfiguration": "cloud-object-storage.bucket.put_object_lock_configuration",
    "GetBucketLifecycleConfiguration": "cloud-object-storage.bucket.get_lifecycle",
    "GetBucketReplication": "cloud-object-storage.bucket.get_replication",
    "GetPublicAccessBlock": "cloud-object-storage.bucket.get_public_access_block",
    "ListObjectVersions": "cloud-object-storage.bucket.get_versions",
})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the provider block says, checked and with its defaults."""

    api_key: str | None = field(default=None, repr=False)
    hmac_access_key: str | None = None
    hmac_secret_key: str | None = field(default=None, repr=False)
    region: str = "us-south"
    endpoint_type: str = "public"
    endpoints: Mapping[str, str] = field(default_factory=dict)
    max_retries: int = DEFAULT_RETRIES
    parallelism: int = 10
    sandbox: bool = False
    learn_secret: Callable[[str], None] = lambda value: None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bucket lies, and what its creation says beyond S3."""

    location: str
    constraint: str | None
    instance: str
    endpoint_type: str = "public"
    kms_key_crn: str | None = None


class Clients:
    """The client object of the provider ``ibm``. Making it costs no call."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.region = settings.region
        self.sandbox = settings.sandbox
        self.default_tags: Mapping[str, str] = {}
        self.rest = Rest(settings.api_key, settings.endpoints, settings.max_retries,
                         settings.learn_secret)
        self._lock = threading.RLock()
        self._made: dict[tuple[Place, bool], Any] = {}
        self._session = bare_session()

    def bucket(self, place: Place) -> BucketClients:
        """The clients for buckets at one place."""
        return BucketClients(self, place)

    def s3_at(self, place: Place, *, once: bool = False) -> S3Client:
        """The S3 client for a place."""
        key = (place, once)
        # Session.create_client is not safe to call from several threads; clients are.
        with self._lock:
            if key not in self._made:
                self._made[key] = self._new(place, once)
            return cast("S3Client", self._made[key])

    def _new(self, place: Place, once: bool) -> Any:
        from botocore import UNSIGNED

        settings = self.settings
        config = sdk_config(max_attempts=1 if once else settings.max_retries,
                            parallelism=settings.parallelism, path_style=True,
                            sandbox=settings.sandbox)
        credentials = {}
        if settings.hmac_access_key:
            credentials = {"aws_access_key_id": settings.hmac_access_key,
                           "aws_secret_access_key": settings.hmac_secret_key}
        else:
            config.signature_version = UNSIGNED
        made = with_digests(self._session.create_client(
            "s3", region_name="us-east-1" if settings.sandbox else place.location,
            endpoint_url=self.url_of(place), config=config, **credentials))
        events = made.meta.events
        if not settings.hmac_access_key:
            events.register("before-sign.s3", self._bearer)
        # Which instance is meant: https://cloud.ibm.com/apidocs/cos/cos-compatibility
        for operation in ("CreateBucket", "ListBuckets"):
            events.register(f"before-call.s3.{operation}", _headers(place, operation))
        return made

    def _bearer(self, request: Any, **others: Any) -> None:
        request.headers["Authorization"] = f"Bearer {self.rest.token()}"

    def s3_get(self, place: Place, path: str, query: str) -> tuple[int, bytes]:
        """Status and body of a reading call that boto3 does not know.

        Raises:
            ProviderError: The service is not reached.
        """
        import urllib3
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        url = self.url_of(place) + path + "?" + query
        request = AWSRequest("GET", url, {})
        if self.settings.hmac_access_key:
            region = "us-east-1" if self.sandbox else place.location
            S3SigV4Auth(Credentials(self.settings.hmac_access_key, self.settings.hmac_secret_key),
                        "s3", region).add_auth(request)
        else:
            request.headers["Authorization"] = f"Bearer {self.rest.token()}"
        try:
            answer = self.rest.pool.request("GET", url, headers=dict(request.headers),
                                            retries=False)
        except urllib3.exceptions.HTTPError as error:
            raise ProviderError(ErrorClass.UNREACHABLE, "Service not reachable",
                                f"{S3.title} could not be reached: {type(error).__name__}."
                                ) from error
        return answer.status, bytes(answer.data)

    def url_of(self, place: Place) -> str:
        """The URL of S3 at a place."""
        return (self.settings.endpoints.get("s3") or endpoint(
            place.location, place.endpoint_type)).rstrip("/")

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        self.settings.learn_secret(value)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client in self._made.values():
                client.close()
            self._made.clear()
        self.rest.close()


def _headers(place: Place, operation: str) -> Callable[..., None]:
    def add(params: dict[str, Any], **others: Any) -> None:
        params["headers"]["ibm-service-instance-id"] = place.instance
        if operation == "CreateBucket" and place.kms_key_crn:
            params["headers"]["ibm-sse-kp-encryption-algorithm"] = "AES256"
            params["headers"]["ibm-sse-kp-customer-root-key-crn"] = place.kms_key_crn

    return add


class BucketClients:
    """Buckets at one place, as the code that the S3 family shares sees them."""

    def __init__(self, clients: Clients, place: Place) -> None:
        self.clients, self.place = clients, place
        self.region = place.location
        self.sandbox = clients.sandbox
        self.default_tags: Mapping[str, str] = {}
        self.store = Store(
            service=S3, names=self._names,
            # The sandbox's S3 knows Amazon's locations only.
            location=lambda region: None if clients.sandbox else place.constraint,
            # "Up to five minutes": https://cloud.ibm.com/docs/cloud-object-storage?topic=
            # cloud-object-storage-versioning
            lock_later=True, world=True, settle_seconds=300.0)

    def _names(self, bucket: str, region: str) -> dict[str, str]:
        url = self.clients.url_of(self.place)
        return {"id": bucket, "bucket": bucket, "region": self.place.location,
                "arn": bucket_crn(self.place.instance, bucket),
                "bucket_domain_name": url, "bucket_regional_domain_name": url}

    def s3(self, region: str | None = None, *, once: bool = False) -> S3Client:
        """The S3 client."""
        return self.clients.s3_at(self.place, once=once)

    def account_id(self) -> str | None:
        """Not told: the instance narrows it."""
        return None


