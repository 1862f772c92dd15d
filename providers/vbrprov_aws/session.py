"""boto3 clients of one configured provider: made on first use, shared by all threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final, cast

import vbrprov
from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.clients import IamClient, KmsClient, S3ControlClient, StsClient
from vbrprov_aws.credentials import new_session, take_on
from vbrprov_aws.settings import Settings
from vbrprov_aws.store import aws_store
from vbrprov_s3.clients import S3Client
from vbrprov_s3.errors import invoke
from vbrprov_s3.iam.services import IAM, STS

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60

_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"),
               ("us-isob-", "aws-iso-b"), ("eusc-", "aws-eusc"))


_SUFFIXES = {"aws-cn": "amazonaws.com.cn", "aws-iso": "c2s.ic.gov", "aws-iso-b": "sc2s.sgov.gov",
             "aws-eusc": "amazonaws.eu"}


def dns_suffix_of(partition: str) -> str:
    """The end of host names in a partition."""
    return _SUFFIXES.get(partition, "amazonaws.com")


def partition_of(region: str) -> str:
    """The partition that *region* belongs to."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


class Clients:
    """The client object of the provider (see the protocol ``AwsClients``).

    Making it costs no call. ``allowed_account_ids`` is checked before the first client is given
    out, so nothing is read from, let alone written to, an account that is not meant.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._made: dict[tuple[str, str, bool], Any] = {}
        self._session = new_session(settings)
        region = settings.region or self._session.get_config_variable("region")
        if not region:
            raise ProviderError(
                ErrorClass.INVALID, "No region",
                "The aws provider has no region. Set region on the provider block, or AWS_REGION.",
                attribute="region")
        self.region: str = region
        self.partition = partition_of(region)
        self.store = aws_store(self.partition, dns_suffix_of(self.partition),
                               settings.skip_bucket_facets)
        self.sandbox = settings.sandbox
        self.skip_bucket_facets = settings.skip_bucket_facets
        self.default_tags: Mapping[str, str] = dict(settings.default_tags)
        self._assumed = settings.assume_role is None and settings.web_identity is None
        self._summary: Mapping[str, int] | None = None
        self._account: str | None = None
        self._account_asked = settings.skip_account_id
        self._allowed = not (settings.allowed_account_ids or settings.forbidden_account_ids)

    def _create_for_role(self, service: str, **options: Any) -> Any:
        endpoint = self._settings.endpoints.get(service)
        return self._session.create_client(service, **{
            "region_name": self.region, "endpoint_url": endpoint,
            "verify": self._settings.ca_bundle, **options})

    def _config(self, once: bool) -> Any:
        from botocore.config import Config

        settings = self._settings
        retries = ({"mode": "standard", "total_max_attempts": 1} if once
                   else {"mode": settings.retry_mode, "max_attempts": settings.max_retries})
        return Config(
            retries=retries, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS,
            max_pool_connections=max(10, settings.parallelism),
            user_agent_extra=f"vbrprov/{vbrprov.__version__}",
            s3={"addressing_style": "path" if settings.path_style else "auto"},
            # A proxy would be asked for a loopback address.
            proxies={} if settings.sandbox else None,
            use_fips_endpoint=settings.fips, use_dualstack_endpoint=settings.dualstack,
        )

    def _client(self, service: str, region: str, once: bool = False) -> Any:
        key = (service, region, once)
        found = self._made.get(key)
        if found is not None:
            return found
        # Session.create_client is not safe to call from several threads; clients are.
        with self._lock:
            if not self._assumed:
                take_on(self._session, self._settings, self._create_for_role)
                self._assumed = True
            if key not in self._made:
                self._made[key] = self._create(service, region, once)
            return self._made[key]

    def _create(self, service: str, region: str, once: bool, **options: Any) -> Any:
        from botocore.exceptions import BotoCoreError

        try:
            return self._session.create_client(
                service, region_name=region, config=self._config(once),
                verify=self._settings.ca_bundle,
                endpoint_url=self._settings.endpoints.get(service), **options)
        except ValueError as error:
            raise ProviderError(ErrorClass.INVALID, "Provider cannot be configured",
                                f"{error}.".replace("..", ".")) from error
        except (BotoCoreError, OSError) as error:
            # Making a client looks for credentials: a login may have run out, a program failed.
            raise ProviderError(
                ErrorClass.DENIED, "No credentials", f"{error}.".replace("..", "."),
                hint="Log in again (aws sso login), or give the provider other credentials.",
            ) from error

    def _checked(self) -> None:
        if self._allowed:
            return
        with self._lock:
            if self._allowed:
                return
            answer = invoke(STS, self.sts().get_caller_identity, "the provider's own account")
            account = str(answer["Account"])
            allowed = self._settings.allowed_account_ids
            if allowed and account not in allowed:
                raise ProviderError(
                    ErrorClass.INVALID, "Account not allowed",
                    f"The credentials belong to account {account}, which is not in "
                    f"allowed_account_ids ({', '.join(allowed)}).",
                    attribute="allowed_account_ids")
            if account in self._settings.forbidden_account_ids:
                raise ProviderError(
                    ErrorClass.INVALID, "Account not allowed",
                    f"The credentials belong to account {account}, which is in "
                    "forbidden_account_ids.", attribute="forbidden_account_ids")
            self._account, self._account_asked, self._allowed = account, True, True

    def s3(self, region: str | None = None, *, once: bool = False) -> S3Client:
        """The S3 client for *region* (the provider's own by default)."""
        self._checked()
        return cast("S3Client", self._client("s3", region or self.region, once))

    def iam(self, *, once: bool = False) -> IamClient:
        """The IAM client."""
        self._checked()
        return cast("IamClient", self._client("iam", self.region, once))

    def kms(self, region: str | None = None, *, once: bool = False) -> KmsClient:
        """The KMS client for *region* (the provider's own by default)."""
        self._checked()
        return cast("KmsClient", self._client("kms", region or self.region, once))

    def s3control(self) -> S3ControlClient:
        """The client for settings of a whole account."""
        self._checked()
        client = self._client("s3control", self.region)
        if self._settings.endpoints.get("s3control"):
            # boto3 puts the account before any host, where no other server listens.
            client.meta.events.register("before-sign.s3-control", _without_account,
                                        unique_id="vbrprov-host")
        return cast("S3ControlClient", client)

    def sts(self) -> StsClient:
        """The STS client."""
        return cast("StsClient", self._client("sts", self.region))

    def sts_as(self, access_key: str, secret_key: str) -> StsClient:
        """An STS client that acts as another identity; not kept."""
        with self._lock:
            return cast("StsClient", self._create(
                "sts", self.region, once=True, aws_access_key_id=access_key,
                aws_secret_access_key=secret_key))

    def account_id(self) -> str | None:
        """The account, or ``None`` when STS does not tell; asked once."""
        with self._lock:
            if not self._account_asked:
                try:
                    answer = invoke(STS, self.sts().get_caller_identity, "the provider's account")
                    self._account = str(answer["Account"])
                except ProviderError:
                    # Nothing depends on it: it only makes an identity narrower.
                    self._account = None
                self._account_asked = True
            return self._account

    def account_summary(self) -> Mapping[str, int]:
        """IAM's counts and quotas of the account; empty when it does not tell. Asked once."""
        with self._lock:
            if self._summary is None:
                try:
                    answer = invoke(IAM, self.iam().get_account_summary, "the account")
                    self._summary = dict(answer.get("SummaryMap", {}))
                except ProviderError:
                    # Amazon's defaults are nearly always right, and the apply tells it all.
                    self._summary = {}
            return self._summary

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        self._settings.learn_secret(value)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client in self._made.values():
                client.close()
            self._made.clear()


def _without_account(request: Any, **_: Any) -> None:
    account = str(request.headers.get("x-amz-account-id", ""))
    if account:
        request.url = request.url.replace(f"://{account}.", "://", 1)
