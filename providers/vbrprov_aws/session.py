"""boto3 clients of one configured provider: made on first use, shared by all threads."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import vbrprov
from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.clients import IamClient, StsClient
from vbrprov_aws.errors import STS
from vbrprov_aws.store import aws_store
from vbrprov_s3.clients import S3Client
from vbrprov_s3.errors import invoke

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60
DEFAULT_RETRIES: Final = 8
SERVICES: Final = ("s3", "iam", "sts", "kms")

_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"),
               ("us-isob-", "aws-iso-b"), ("eusc-", "aws-eusc"))


def partition_of(region: str) -> str:
    """The partition that *region* belongs to."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


#: Secrets in answers, XML and JSON.
_TOLD_ONCE = re.compile(
    r"((?:secretaccesskey|sessiontoken|accesstoken|refreshtoken)(?:>|\"\s*:\s*\"))[^<\"]*", re.I)


def _hide_new_secrets(record: logging.LogRecord) -> bool:
    """Mask secrets that an answer tells: botocore logs the answer before anybody knows them."""
    record.msg = _TOLD_ONCE.sub(r"\1(sensitive)", record.getMessage())
    record.args = ()
    return True


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role to take on; ``duration_seconds`` of each session."""

    role_arn: str
    session_name: str = "vbrprov"
    external_id: str | None = None
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the provider block says, checked and with its defaults."""

    region: str | None = None
    profile: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    assume_role: AssumedRole | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    path_style: bool = False
    default_tags: Mapping[str, str] = field(default_factory=dict)
    allowed_account_ids: tuple[str, ...] = ()
    max_retries: int = DEFAULT_RETRIES
    parallelism: int = 10
    sandbox: bool = False
    learn_secret: Callable[[str], None] = lambda value: None


class Clients:
    """The client object of the provider (see the protocol ``AwsClients``).

    Making it costs no call. ``allowed_account_ids`` is checked before the first client is given
    out, so nothing is read from, let alone written to, an account that is not meant.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._made: dict[tuple[str, str, bool], Any] = {}
        self._session = self._new_session()
        region = settings.region or self._session.get_config_variable("region")
        if not region:
            raise ProviderError(
                ErrorClass.INVALID, "No region",
                "The aws provider has no region. Set region on the provider block, or AWS_REGION.",
                attribute="region")
        self.region: str = region
        self.partition = partition_of(region)
        self.store = aws_store(self.partition)
        self.sandbox = settings.sandbox
        self.default_tags: Mapping[str, str] = dict(settings.default_tags)
        self._assumed = False
        self._account: str | None = None
        self._account_asked = False
        self._allowed = not settings.allowed_account_ids

    def _new_session(self) -> Any:
        import botocore.session
        from botocore.exceptions import BotoCoreError

        logging.getLogger("botocore.parsers").addFilter(_hide_new_secrets)
        settings = self._settings
        variables: dict[str, tuple[str | None, Any, Any, Any]] | None = None
        if settings.sandbox:
            # A sandbox must not see the user's own profiles, nor fail on a broken one.
            variables = {
                "profile": (None, None, None, None),
                "config_file": (None, None, os.devnull, None),
                "credentials_file": (None, None, os.devnull, None),
            }
        else:
            # botocore reads AWS_DEFAULT_REGION only; every other AWS SDK prefers AWS_REGION.
            variables = {"region": ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None)}
        try:
            session = botocore.session.Session(session_vars=variables, profile=settings.profile)
            if settings.access_key:
                session.set_credentials(settings.access_key, settings.secret_key, settings.token)
            # Reads the profile now, so that a missing one is told before any call.
            session.get_config_variable("region")
        except BotoCoreError as error:
            raise ProviderError(ErrorClass.INVALID, "Provider cannot be configured",
                                f"{error}.".replace("..", "."), attribute="profile") from error
        return session

    def _assume(self, role: AssumedRole) -> None:
        # Not done when the session is made: looking for the source credentials may start a program
        # or ask the network.
        from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

        extra: dict[str, Any] = {"RoleSessionName": role.session_name}
        if role.external_id:
            extra["ExternalId"] = role.external_id
        if role.duration_seconds:
            extra["DurationSeconds"] = role.duration_seconds
        source = self._session.get_credentials()
        if source is None:
            raise ProviderError(
                ErrorClass.DENIED, "No credentials",
                "assume_role needs credentials to start from, and none were found.",
                attribute="assume_role")

        def creator(service: str, **options: Any) -> Any:
            endpoint = self._settings.endpoints.get(service)
            return self._session.create_client(
                service, **{"region_name": self.region, "endpoint_url": endpoint, **options})

        fetcher = AssumeRoleCredentialFetcher(creator, source, role.role_arn, extra_args=extra)
        # botocore has no public way to set credentials that renew themselves.
        self._session._credentials = DeferredRefreshableCredentials(
            method="assume-role", refresh_using=fetcher.fetch_credentials)

    def _config(self, once: bool) -> Any:
        from botocore.config import Config

        settings = self._settings
        retries = ({"mode": "standard", "total_max_attempts": 1} if once
                   else {"mode": "standard", "max_attempts": settings.max_retries})
        return Config(
            retries=retries, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS,
            max_pool_connections=max(10, settings.parallelism),
            user_agent_extra=f"vbrprov/{vbrprov.__version__}",
            s3={"addressing_style": "path" if settings.path_style else "auto"},
            # A proxy would be asked for a loopback address.
            proxies={} if settings.sandbox else None,
        )

    def _client(self, service: str, region: str, once: bool = False) -> Any:
        key = (service, region, once)
        found = self._made.get(key)
        if found is not None:
            return found
        # Session.create_client is not safe to call from several threads; clients are.
        with self._lock:
            if self._settings.assume_role is not None and not self._assumed:
                self._assume(self._settings.assume_role)
                self._assumed = True
            if key not in self._made:
                self._made[key] = self._session.create_client(
                    service, region_name=region, config=self._config(once),
                    endpoint_url=self._settings.endpoints.get(service))
            return self._made[key]

    def _checked(self) -> None:
        if self._allowed:
            return
        with self._lock:
            if self._allowed:
                return
            answer = invoke(STS, self.sts().get_caller_identity, "the provider's own account")
            account = str(answer["Account"])
            if account not in self._settings.allowed_account_ids:
                raise ProviderError(
                    ErrorClass.INVALID, "Account not allowed",
                    f"The credentials belong to account {account}, which is not in "
                    f"allowed_account_ids ({', '.join(self._settings.allowed_account_ids)}).",
                    attribute="allowed_account_ids")
            self._account, self._account_asked, self._allowed = account, True, True

    def s3(self, region: str | None = None, *, once: bool = False) -> S3Client:
        """The S3 client for *region* (the provider's own by default)."""
        self._checked()
        return cast("S3Client", self._client("s3", region or self.region, once))

    def iam(self, *, once: bool = False) -> IamClient:
        """The IAM client."""
        self._checked()
        return cast("IamClient", self._client("iam", self.region, once))

    def sts(self) -> StsClient:
        """The STS client."""
        return cast("StsClient", self._client("sts", self.region))

    def sts_as(self, access_key: str, secret_key: str) -> StsClient:
        """An STS client that acts as another identity; not kept."""
        with self._lock:
            return cast("StsClient", self._session.create_client(
                "sts", region_name=self.region, config=self._config(once=True),
                endpoint_url=self._settings.endpoints.get("sts"),
                aws_access_key_id=access_key, aws_secret_access_key=secret_key))

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

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        self._settings.learn_secret(value)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client in self._made.values():
                client.close()
            self._made.clear()
