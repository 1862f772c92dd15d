"""Credentials, what they may do, and how agents get theirs."""

from __future__ import annotations

from dataclasses import dataclass, field

from vbrprov.sdk.views.base import UNREAD, UNSET, Facet, Fact, Link, View


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CredentialsView(View):
    """Cloud credentials: amazon, google, azure_storage, azure_compute, google_service, ...

    ``read_only``: the key can only read. ``access_key`` and ``key_file`` lead to what the cloud
    made them with.
    """

    id: Fact[str]
    type: Fact[str]
    read_only: Fact[bool] = UNSET
    access_key: Link = field(default_factory=Link)
    key_file: Link = field(default_factory=Link)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccessKeyView(View):
    """An access key of a user in a cloud, or in a store with an IAM service."""

    id: Fact[str]
    user: Link


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GrantView(View):
    """What a user is allowed: a ``document`` of its own, or the ``policy`` that it refers to."""

    user: Link
    document: Fact[str] = UNSET
    policy: Link = field(default_factory=Link)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoleGrantView(GrantView):
    """A role that an account has: on the bucket ``on``, or on everything when that is not set.

    ``conditional``: only when some expression holds.
    """

    role: Link
    on: Fact[str] = UNSET
    conditional: Fact[bool] = UNSET


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoleView(View):
    """A role and its permissions; ``None`` for one that is not known yet."""

    name: Fact[str]
    permissions: Fact[tuple[str | None, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManagedPolicyView(View):
    """A policy that users refer to by its ``arn``."""

    arn: Fact[str]
    document: Fact[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgentAccessView(View):
    """How agents reach an S3-compatible repository.

    ``mode`` is shared_credentials, backup_server or iam_sts; ``iam_endpoint`` and ``sts_endpoint``
    go with the last.
    """

    repository: Link
    mode: Fact[str]
    #: The mode over time.
    access: Facet[str] = UNREAD
    iam_endpoint: Fact[str] = UNSET
    sts_endpoint: Fact[str] = UNSET
