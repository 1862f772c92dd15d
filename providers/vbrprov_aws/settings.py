"""What the provider block says, checked and with its defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DEFAULT_RETRIES: Final = 8
#: Services whose endpoint can be set, by the names that the endpoints block uses.
SERVICES: Final = ("s3", "s3control", "iam", "sts", "kms")


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role to take on; ``duration_seconds`` of each session, ``extra`` as STS takes it."""

    role_arn: str
    session_name: str = "vbrprov"
    external_id: str | None = None
    duration_seconds: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """A role that is taken on with the token of an identity provider, such as a CI system."""

    role_arn: str
    session_name: str = "vbrprov"
    token: str | None = field(default=None, repr=False)
    token_file: str | None = None
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. ``untrusted``: run no program and read no file that configuration names."""

    region: str | None = None
    profile: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    assume_role: AssumedRole | None = None
    web_identity: WebIdentity | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    path_style: bool = False
    ca_bundle: str | None = None
    fips: bool | None = None
    dualstack: bool | None = None
    default_tags: Mapping[str, str] = field(default_factory=dict)
    allowed_account_ids: tuple[str, ...] = ()
    forbidden_account_ids: tuple[str, ...] = ()
    skip_account_id: bool = False
    skip_bucket_facets: frozenset[str] = frozenset()
    max_retries: int = DEFAULT_RETRIES
    retry_mode: str = "standard"
    parallelism: int = 10
    sandbox: bool = False
    untrusted: bool = False
    learn_secret: Callable[[str], None] = lambda value: None
