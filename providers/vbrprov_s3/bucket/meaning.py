"""Blocks of the bucket model as the plain data of the S3 family, with their defaults, and back."""

from __future__ import annotations

from typing import Any

from vbrprov_s3.bucket.model import (
    BucketModel,
    DefaultRetentionBlock,
    EncryptionBlock,
    LifecycleRuleBlock,
    LockConfigurationBlock,
    LockRuleBlock,
    PublicAccessBlock,
)
from vbrprov_s3.facets import Encryption, PublicAccess, Retention
from vbrprov_s3.lifecycle import LifecycleRule


def access_of(block: PublicAccessBlock) -> PublicAccess:
    """The four switches; what is left out is on."""
    return PublicAccess(
        block.block_public_acls is not False, block.block_public_policy is not False,
        block.ignore_public_acls is not False, block.restrict_public_buckets is not False)


def access_block(found: PublicAccess | None) -> PublicAccessBlock | None:
    """The switches as a block."""
    if found is None:
        return None
    return PublicAccessBlock(
        block_public_acls=found.block_public_acls, block_public_policy=found.block_public_policy,
        ignore_public_acls=found.ignore_public_acls,
        restrict_public_buckets=found.restrict_public_buckets)


def encryption_of(block: EncryptionBlock) -> Encryption:
    """Default encryption; a bucket key is used with KMS unless said otherwise."""
    kms = (block.sse_algorithm or "AES256") != "AES256"
    return Encryption(
        block.sse_algorithm or "AES256", block.kms_master_key_id or None,
        kms and block.bucket_key_enabled is not False)


def encryption_block(
    found: Encryption | None, stated: EncryptionBlock | None = None,
) -> EncryptionBlock | None:
    """Default encryption as a block; an empty key that was *stated* stays as it is."""
    if found is None:
        return None
    if stated is not None and encryption_of(stated) == found:
        return stated
    return EncryptionBlock(sse_algorithm=found.sse_algorithm,
                           kms_master_key_id=found.kms_master_key_id,
                           bucket_key_enabled=found.bucket_key_enabled)


def retention_of(block: LockConfigurationBlock | None) -> Retention | None:
    """The default retention that a block states."""
    rule = block.rule.default_retention if block is not None and block.rule is not None else None
    return Retention(rule.mode, rule.days, rule.years) if rule is not None else None


def retention_block(found: Retention | None) -> LockConfigurationBlock:
    """A default retention as a block; an empty block for none."""
    if found is None:
        return LockConfigurationBlock()
    return LockConfigurationBlock(rule=LockRuleBlock(default_retention=DefaultRetentionBlock(
        mode=found.mode, days=found.days, years=found.years)))


def retention_data(found: Retention | None) -> dict[str, Any] | None:
    """A default retention as ``live_default_retention`` shows it."""
    if found is None:
        return None
    return {"mode": found.mode, "days": found.days, "years": found.years}


def rule_of(block: LifecycleRuleBlock) -> LifecycleRule:
    """The rule that a block states."""
    enabled = block.status == "Enabled" if block.status else block.enabled is not False
    days, abort = block.expiration_days, block.abort_incomplete_multipart_upload_days
    return LifecycleRule(
        id=block.id, enabled=enabled, prefix=block.prefix or "", expiration_days=days,
        abort_incomplete_multipart_upload_days=abort,
        only_abort_multipart=abort is not None and days is None)


def rules_of(model: BucketModel) -> list[LifecycleRule]:
    """The rules that a bucket states."""
    return [rule_of(block) for block in model.lifecycle_rule]


def rule_block(found: LifecycleRule) -> LifecycleRuleBlock:
    """A rule as a block.

    One that says more than a block can is shown without any action, so that it never looks like
    one that was stated.
    """
    return LifecycleRuleBlock(
        id=found.id, enabled=found.enabled, prefix=found.prefix or None,
        expiration_days=found.expiration_days if found.plain else None,
        abort_incomplete_multipart_upload_days=(
            found.abort_incomplete_multipart_upload_days if found.plain else None))


def rule_data(found: LifecycleRule) -> dict[str, Any]:
    """A rule as ``live_lifecycle_rules`` shows it."""
    return {"id": found.id, "enabled": found.enabled, "prefix": found.prefix,
            "only_abort_multipart": found.only_abort_multipart}
