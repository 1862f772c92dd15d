"""Where moto takes what AWS refuses, or does nothing: put right in the double's own process.

Only what somebody relies on: a plan that works in the sandbox should not fail on AWS.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any


def apply() -> None:
    """Put moto right; doing it again changes nothing."""
    from moto.iam.models import IAMBackend
    from moto.s3.models import S3Backend

    for backend, name, correction in (
        (S3Backend, "put_bucket_versioning", _versioning),
        (IAMBackend, "delete_policy", _delete_policy),
        (IAMBackend, "update_group", _update_group),
        (IAMBackend, "delete_group", _delete_group),
        (IAMBackend, "create_role", _create_role),
        (IAMBackend, "update_user", _update_user),
    ):
        original = getattr(backend, name)
        if not hasattr(original, "__wrapped__"):
            setattr(backend, name, _corrected(original, correction))


Original = Callable[..., Any]


def _corrected(original: Original, correction: Callable[..., Any]) -> Original:
    @functools.wraps(original)
    def method(backend: Any, *arguments: Any, **named: Any) -> Any:
        return correction(backend, original, *arguments, **named)

    return method


def _versioning(backend: Any, original: Original, bucket_name: str, status: str) -> Any:
    """InvalidBucketState: versioning stays enabled on a bucket with object lock.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
    """
    from moto.s3.exceptions import InvalidBucketState

    if status == "Suspended" and backend.get_bucket(bucket_name).object_lock_enabled:
        raise InvalidBucketState(
            "An Object Lock configuration is present on this bucket, so the versioning state "
            "cannot be changed.")
    return original(backend, bucket_name, status)


def _delete_policy(backend: Any, original: Original, policy_arn: str) -> Any:
    """DeleteConflict: a policy that is attached, or has other versions, stays.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    from moto.iam.exceptions import DeleteConflictException

    policy = backend.get_policy(policy_arn)
    if policy.attachment_count:
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflictException(
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions.")
    return original(backend, policy_arn)


def _update_group(backend: Any, original: Original, group_name: str, new_group_name: str | None,
                  new_path: str | None) -> Any:
    """A new path counts without a new name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
    """
    if new_path and not new_group_name:
        backend.get_group(group_name).path = new_path
        return None
    return original(backend, group_name, new_group_name, new_path)


def _delete_group(backend: Any, original: Original, group_name: str) -> Any:
    """DeleteConflict: a group with users or policies stays.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
    """
    from moto.iam.exceptions import DeleteConflictException

    group = backend.get_group(group_name)
    if group.users or group.managed_policies or group.policies:
        raise DeleteConflictException("Cannot delete entity, must remove users or policies first.")
    return original(backend, group_name)


def _update_user(backend: Any, original: Original, *arguments: Any, **named: Any) -> Any:
    """Tags stay with a user who moves; moto keeps them by ARN, and the ARN changes.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
    """
    user = backend.get_user(named.get("user_name") or arguments[0])
    tags = backend.tagger.list_tags_for_resource(user.arn)["Tags"]
    backend.tagger.delete_all_tags_for_resource(user.arn)
    answer = original(backend, *arguments, **named)
    backend.tagger.tag_resource(user.arn, tags)
    return answer


def _create_role(backend: Any, original: Original, *arguments: Any, **named: Any) -> Any:
    """MalformedPolicyDocument: a trust policy says who is trusted.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    from moto.iam.exceptions import MalformedPolicyDocument

    text = named.get("assume_role_policy_document") or (
        arguments[1] if len(arguments) > 1 else "{}")
    try:
        statements = json.loads(text).get("Statement")
    except (ValueError, AttributeError):
        statements = None
    listed = statements if isinstance(statements, list) else [statements]
    if not all(isinstance(each, dict) and each.get("Principal") and each.get("Action")
               for each in listed):
        raise MalformedPolicyDocument("This policy contains invalid Json or lacks a principal.")
    return original(backend, *arguments, **named)
