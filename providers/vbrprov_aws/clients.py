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
    put_user_policy: Call
    get_user_policy: Call
    list_user_policies: Call
    delete_user_policy: Call
    attach_user_policy: Call
    detach_user_policy: Call
    list_attached_user_policies: Call
    list_groups_for_user: Call
    delete_login_profile: Call
    create_access_key: Call
    list_access_keys: Call
    update_access_key: Call
    delete_access_key: Call
    get_access_key_last_used: Call
    create_group: Call
    get_group: Call
    update_group: Call
    delete_group: Call
    add_user_to_group: Call
    remove_user_from_group: Call
    list_group_policies: Call
    delete_group_policy: Call
    detach_group_policy: Call
    list_attached_group_policies: Call
    create_role: Call
    get_role: Call
    update_role: Call
    update_assume_role_policy: Call
    delete_role: Call
    tag_role: Call
    untag_role: Call
    put_role_permissions_boundary: Call
    delete_role_permissions_boundary: Call
    list_role_policies: Call
    delete_role_policy: Call
    detach_role_policy: Call
    list_attached_role_policies: Call
    list_instance_profiles_for_role: Call
    create_instance_profile: Call
    get_instance_profile: Call
    delete_instance_profile: Call
    add_role_to_instance_profile: Call
    remove_role_from_instance_profile: Call
    tag_instance_profile: Call
    untag_instance_profile: Call
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
    get_account_summary: Call
    simulate_principal_policy: Call
    list_account_aliases: Call


class KmsClient(Protocol):
    """A boto3 KMS client."""

    create_key: Call
    describe_key: Call
    list_keys: Call
    get_key_policy: Call
    put_key_policy: Call
    update_key_description: Call
    enable_key: Call
    disable_key: Call
    enable_key_rotation: Call
    disable_key_rotation: Call
    get_key_rotation_status: Call
    schedule_key_deletion: Call
    cancel_key_deletion: Call
    list_resource_tags: Call
    tag_resource: Call
    untag_resource: Call
    create_alias: Call
    update_alias: Call
    delete_alias: Call
    list_aliases: Call
    create_grant: Call
    list_grants: Call
    revoke_grant: Call
    retire_grant: Call


class S3ControlClient(Protocol):
    """A boto3 S3 Control client."""

    get_public_access_block: Call
    put_public_access_block: Call
    delete_public_access_block: Call


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

    def kms(self, region: str | None = None, *, once: bool = False) -> KmsClient:
        """The KMS client for a region, the provider's own by default."""
        ...

    def s3control(self) -> S3ControlClient:
        """The client for settings of a whole account."""
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

    def account_summary(self) -> Mapping[str, int]:
        """IAM's counts and quotas of the account; empty when it does not tell. Asked once."""
        ...

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
