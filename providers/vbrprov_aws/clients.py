"""The AWS calls that this provider uses, as typed protocols, so that fakes are typed too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from vbrprov_s3.clients import Call, S3Client
from vbrprov_s3.store import Store


class IamClient(Protocol):
    """A boto3 IAM client."""

    create_user: Call
    get_user: Call
    update_user: Call
    delete_user: Call
    tag_user: Call
    untag_user: Call
    put_user_permissions_boundary: Call
    delete_user_permissions_boundary: Call
    list_user_policies: Call
    delete_user_policy: Call
    list_groups_for_user: Call
    remove_user_from_group: Call
    delete_login_profile: Call
    create_access_key: Call
    list_access_keys: Call
    update_access_key: Call
    delete_access_key: Call
    create_policy: Call
    get_policy: Call
    delete_policy: Call
    list_policies: Call
    get_policy_version: Call
    list_policy_versions: Call
    create_policy_version: Call
    delete_policy_version: Call
    tag_policy: Call
    untag_policy: Call
    attach_user_policy: Call
    detach_user_policy: Call
    list_attached_user_policies: Call


class StsClient(Protocol):
    """A boto3 STS client."""

    get_caller_identity: Call


class AwsClients(Protocol):
    """The client object of the provider: configured once, shared by all threads.

    ``s3`` and ``iam`` with ``once`` give clients that never repeat a call by themselves, for calls
    whose repetition would make a second object.
    """

    region: str
    partition: str
    sandbox: bool
    store: Store
    default_tags: Mapping[str, str]

    def s3(self, region: str | None = None, *, once: bool = False) -> S3Client:
        """The S3 client for a region, the provider's own by default."""
        ...

    def iam(self, *, once: bool = False) -> IamClient:
        """The IAM client."""
        ...

    def sts(self) -> StsClient:
        """The STS client."""
        ...

    def sts_as(self, access_key: str, secret_key: str) -> StsClient:
        """An STS client that acts as another identity."""
        ...

    def account_id(self) -> str | None:
        """The account, or ``None`` when STS does not tell."""
        ...

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
