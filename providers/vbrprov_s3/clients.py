"""The S3 calls that the family uses, as a typed protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

#: An answer of an SDK, as it came.
Response = dict[str, Any]
#: A client method: keyword parameters as the service's API names them.
Call = Callable[..., Response]


class S3Client(Protocol):
    """A boto3 S3 client; an ``ibm_boto3`` one has the same methods."""

    head_bucket: Call
    create_bucket: Call
    delete_bucket: Call
    list_buckets: Call
    get_bucket_location: Call
    get_bucket_versioning: Call
    put_bucket_versioning: Call
    get_object_lock_configuration: Call
    put_object_lock_configuration: Call
    get_bucket_encryption: Call
    put_bucket_encryption: Call
    get_public_access_block: Call
    put_public_access_block: Call
    get_bucket_ownership_controls: Call
    put_bucket_ownership_controls: Call
    get_bucket_lifecycle_configuration: Call
    put_bucket_lifecycle_configuration: Call
    delete_bucket_lifecycle: Call
    get_bucket_replication: Call
    list_bucket_intelligent_tiering_configurations: Call
    get_bucket_tagging: Call
    put_bucket_tagging: Call
    delete_bucket_tagging: Call
    get_bucket_policy: Call
    put_bucket_policy: Call
    delete_bucket_policy: Call
    list_object_versions: Call
    get_object: Call
    put_object: Call
    head_object: Call
    delete_objects: Call
    list_multipart_uploads: Call
    abort_multipart_upload: Call


class IamClient(Protocol):
    """A boto3 IAM client, as far as AWS-like stores have its calls."""

    create_user: Call
    get_user: Call
    update_user: Call
    delete_user: Call
    tag_user: Call
    untag_user: Call
    put_user_permissions_boundary: Call
    delete_user_permissions_boundary: Call
    list_user_policies: Call
    get_user_policy: Call
    put_user_policy: Call
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


class IamClients(Protocol):
    """The client object of a provider, as far as users, keys and policies use it."""

    partition: str
    sandbox: bool
    default_tags: Mapping[str, str]

    def iam(self, *, once: bool = False) -> IamClient:
        """The IAM client; with *once* it never repeats a call by itself."""
        ...

    def sts_as(self, access_key: str, secret_key: str) -> StsClient:
        """An STS client that acts as another identity."""
        ...

    def account_summary(self) -> Mapping[str, int]:
        """IAM's counts and quotas of the account; empty when it does not tell."""
        ...

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        ...
