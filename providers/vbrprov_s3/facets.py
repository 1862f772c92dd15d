"""What a bucket is set to: plain data, and the reader that gets it from a store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_s3.clients import Response, S3Client
from vbrprov_s3.codes import ABSENT, NO_BUCKET
from vbrprov_s3.errors import Service, code_of, invoke
from vbrprov_s3.lifecycle import LifecycleRule, rules_from_wire
from vbrprov_s3.waiting import THROTTLED_SECONDS

#: Versioning was never turned on; the wire says it by leaving the status out.
NEVER_VERSIONED: Final = "Disabled"
_BUSY: Final = frozenset({ErrorClass.THROTTLED})


@dataclass(frozen=True, slots=True)
class Retention:
    """A default retention rule; exactly one of ``days`` and ``years`` is set."""

    mode: str
    days: int | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Encryption:
    """Default encryption of new objects."""

    sse_algorithm: str
    kms_master_key_id: str | None = None
    bucket_key_enabled: bool = False


@dataclass(frozen=True, slots=True)
class PublicAccess:
    """The four switches that block public access."""

    block_public_acls: bool = True
    block_public_policy: bool = True
    ignore_public_acls: bool = True
    restrict_public_buckets: bool = True


@dataclass(frozen=True, slots=True)
class BucketFacets:
    """Everything about a bucket that rules or plans look at.

    ``None`` is "not set", unless the facet's name is in ``unreadable`` (access denied, so nothing
    is known) or in ``unsupported`` (the store has no such API, so it cannot be set).
    """

    versioning_status: str | None = None
    object_lock_enabled: bool | None = None
    default_retention: Retention | None = None
    encryption: Encryption | None = None
    public_access: PublicAccess | None = None
    object_ownership: str | None = None
    lifecycle_rules: tuple[LifecycleRule, ...] | None = None
    replication_enabled: bool | None = None
    intelligent_tiering_count: int | None = None
    tags: Mapping[str, str] | None = None
    unreadable: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()


@dataclass(slots=True)
class FacetReader:
    """Reads one bucket. ``extra`` goes with every call (``ExpectedBucketOwner``).

    With ``ctx`` a call that is throttled is repeated for longer than the SDK does by itself.
    """

    service: Service
    client: S3Client
    bucket: str
    extra: Mapping[str, str] = field(default_factory=dict)
    ctx: StepContext | None = None
    unreadable: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)

    def read(self) -> BucketFacets:
        """All facets.

        Raises:
            ProviderError: The bucket is gone, or the store fails. A facet that may not be read is
                no error; its name is in ``unreadable``.
        """
        versioning = self._versioning()
        lock, retention = self._object_lock()
        return BucketFacets(
            versioning_status=versioning, object_lock_enabled=lock, default_retention=retention,
            encryption=self._encryption(), public_access=self._public_access(),
            object_ownership=self._ownership(), lifecycle_rules=self._lifecycle(),
            replication_enabled=self._replication(),
            intelligent_tiering_count=self._intelligent_tiering(), tags=self.tags(),
            unreadable=tuple(self.unreadable), unsupported=tuple(self.unsupported))

    def exists(self) -> Response | None:
        """The answer of ``HeadBucket``, or ``None`` when there is no such bucket.

        Raises:
            ProviderError: Denied (never "gone"), or the store fails.
        """
        try:
            return self._ask(self.client.head_bucket)
        except ProviderError as error:
            if code_of(error) in NO_BUCKET:
                return None
            raise

    def _subject(self) -> str:
        return f'bucket "{self.bucket}"'

    def _ask(self, operation: Callable[..., Response]) -> Response:
        def ask() -> Response:
            return invoke(self.service, operation, self._subject(), Bucket=self.bucket,
                          **self.extra)

        return ask() if self.ctx is None else retry(ask, self.ctx, _BUSY, THROTTLED_SECONDS)

    def _get(self, facet: str, operation: Callable[..., Response]) -> Response | None:
        try:
            return self._ask(operation)
        except ProviderError as error:
            if code_of(error) in ABSENT[facet]:
                return None
            if error.kind is ErrorClass.DENIED:
                self.unreadable.append(facet)
                return None
            if error.kind is ErrorClass.UNSUPPORTED:
                self.unsupported.append(facet)
                return None
            raise

    def _silent(self, facet: str) -> bool:
        return facet in self.unreadable or facet in self.unsupported

    def _versioning(self) -> str | None:
        answer = self._get("versioning", self.client.get_bucket_versioning)
        return None if answer is None else str(answer.get("Status") or NEVER_VERSIONED)

    def _object_lock(self) -> tuple[bool | None, Retention | None]:
        answer = self._get("object_lock", self.client.get_object_lock_configuration)
        if answer is None:
            return (None if "object_lock" in self.unreadable else False), None
        setting = answer.get("ObjectLockConfiguration", {})
        rule = setting.get("Rule", {}).get("DefaultRetention")
        retention = Retention(rule["Mode"], rule.get("Days") or None,
                              rule.get("Years") or None) if rule else None
        return setting.get("ObjectLockEnabled") == "Enabled", retention

    def _encryption(self) -> Encryption | None:
        answer = self._get("encryption", self.client.get_bucket_encryption)
        rules = (answer or {}).get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        for rule in rules:
            default = rule.get("ApplyServerSideEncryptionByDefault")
            if default:
                return Encryption(default["SSEAlgorithm"], default.get("KMSMasterKeyID"),
                                  bool(rule.get("BucketKeyEnabled")))
        return None

    def _public_access(self) -> PublicAccess | None:
        answer = self._get("public_access_block", self.client.get_public_access_block)
        if answer is None:
            return None
        found = answer.get("PublicAccessBlockConfiguration", {})
        return PublicAccess(
            bool(found.get("BlockPublicAcls")), bool(found.get("BlockPublicPolicy")),
            bool(found.get("IgnorePublicAcls")), bool(found.get("RestrictPublicBuckets")))

    def _ownership(self) -> str | None:
        answer = self._get("ownership_controls", self.client.get_bucket_ownership_controls)
        rules = (answer or {}).get("OwnershipControls", {}).get("Rules", [])
        return str(rules[0]["ObjectOwnership"]) if rules else None

    def _lifecycle(self) -> tuple[LifecycleRule, ...] | None:
        answer = self._get("lifecycle", self.client.get_bucket_lifecycle_configuration)
        if answer is None:
            return None if "lifecycle" in self.unreadable else ()
        return rules_from_wire(answer.get("Rules", []))

    def _replication(self) -> bool | None:
        answer = self._get("replication", self.client.get_bucket_replication)
        if answer is None:
            return None if "replication" in self.unreadable else False
        rules = answer.get("ReplicationConfiguration", {}).get("Rules", [])
        return any(rule.get("Status") == "Enabled" for rule in rules)

    def _intelligent_tiering(self) -> int | None:
        answer = self._get("intelligent_tiering",
                           self.client.list_bucket_intelligent_tiering_configurations)
        if answer is None:
            return None if "intelligent_tiering" in self.unreadable else 0
        return len(answer.get("IntelligentTieringConfigurationList", []))

    def tags(self) -> dict[str, str] | None:
        """The tags; ``None`` when they may not be read or the store has none."""
        answer = self._get("tags", self.client.get_bucket_tagging)
        if answer is None:
            return None if self._silent("tags") else {}
        # An empty value may be left out of the answer.
        return {tag["Key"]: tag.get("Value", "") for tag in answer.get("TagSet", [])}
