"""Setting one facet of a bucket at a time; every call may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vbrprov.sdk import ErrorClass, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_s3.clients import Response, S3Client
from vbrprov_s3.errors import Service, invoke
from vbrprov_s3.facets import Encryption, FacetReader, PublicAccess, Retention
from vbrprov_s3.lifecycle import LifecycleRule, rules_to_wire
from vbrprov_s3.waiting import CONFLICT_SECONDS, VISIBLE_SECONDS

#: Tags with this prefix are the cloud's own: kept, never planned.
SYSTEM_TAG_PREFIX = "aws:"


@dataclass(slots=True)
class FacetWriter:
    """Writes one bucket. ``fresh`` says that it was made just now, so "no such bucket" may pass."""

    service: Service
    client: S3Client
    bucket: str
    ctx: StepContext
    extra: Mapping[str, str] = field(default_factory=dict)
    fresh: bool = False

    def _put(self, operation: Callable[..., Response], **parameters: Any) -> None:
        def call() -> Response:
            return invoke(self.service, operation, f'bucket "{self.bucket}"', Bucket=self.bucket,
                          **self.extra, **parameters)

        def settled() -> Response:
            busy = frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED})
            return retry(call, self.ctx, busy, CONFLICT_SECONDS)

        if self.fresh:
            retry(settled, self.ctx, frozenset({ErrorClass.NOT_FOUND}), VISIBLE_SECONDS)
        else:
            settled()

    def versioning(self, status: str) -> None:
        """``Enabled`` or ``Suspended``."""
        self._put(self.client.put_bucket_versioning,
                  VersioningConfiguration={"Status": status})

    def object_lock(self, retention: Retention | None) -> None:
        """Turn the lock on and set the default retention; ``None`` clears it."""
        setting: dict[str, Any] = {"ObjectLockEnabled": "Enabled"}
        if retention is not None:
            rule: dict[str, Any] = {"Mode": retention.mode}
            if retention.days is not None:
                rule["Days"] = retention.days
            else:
                rule["Years"] = retention.years
            setting["Rule"] = {"DefaultRetention": rule}
        self._put(self.client.put_object_lock_configuration, ObjectLockConfiguration=setting)

    def encryption(self, wanted: Encryption) -> None:
        """Default encryption of new objects."""
        default = {"SSEAlgorithm": wanted.sse_algorithm}
        if wanted.kms_master_key_id:
            default["KMSMasterKeyID"] = wanted.kms_master_key_id
        rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": default}
        if wanted.sse_algorithm != "AES256":
            rule["BucketKeyEnabled"] = wanted.bucket_key_enabled
        self._put(self.client.put_bucket_encryption,
                  ServerSideEncryptionConfiguration={"Rules": [rule]})

    def public_access(self, wanted: PublicAccess) -> None:
        """All four switches at once."""
        self._put(self.client.put_public_access_block, PublicAccessBlockConfiguration={
            "BlockPublicAcls": wanted.block_public_acls,
            "BlockPublicPolicy": wanted.block_public_policy,
            "IgnorePublicAcls": wanted.ignore_public_acls,
            "RestrictPublicBuckets": wanted.restrict_public_buckets,
        })

    def ownership(self, wanted: str) -> None:
        """``BucketOwnerEnforced``, ``BucketOwnerPreferred`` or ``ObjectWriter``."""
        self._put(self.client.put_bucket_ownership_controls,
                  OwnershipControls={"Rules": [{"ObjectOwnership": wanted}]})

    def lifecycle(self, rules: Sequence[LifecycleRule]) -> None:
        """These rules and no others; none removes the configuration."""
        if rules:
            self._put(self.client.put_bucket_lifecycle_configuration,
                      LifecycleConfiguration={"Rules": rules_to_wire(rules)})
        else:
            self._put(self.client.delete_bucket_lifecycle)

    def tags(self, wanted: Mapping[str, str]) -> None:
        """These tags and no others, but for the cloud's own, which a put would drop."""
        found = FacetReader(self.service, self.client, self.bucket, self.extra,
                            self.ctx).tags() or {}
        kept = {k: v for k, v in found.items() if k.startswith(SYSTEM_TAG_PREFIX)}
        merged = {**wanted, **kept}
        if merged:
            entries = [{"Key": key, "Value": merged[key]} for key in sorted(merged)]
            self._put(self.client.put_bucket_tagging, Tagging={"TagSet": entries})
        else:
            self._put(self.client.delete_bucket_tagging)
