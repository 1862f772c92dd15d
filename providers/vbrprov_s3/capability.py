"""What a store can do, found out by asking it.

Reading asks for settings and looks at how the store refuses. Writing does it with a bucket of its
own that is deleted again, since some things only an attempt tells.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final, Protocol

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov_s3.clients import Response, S3Client, StsClient
from vbrprov_s3.codes import ABSENT, BAD_CREDENTIALS
from vbrprov_s3.errors import Service, code_of, invoke
from vbrprov_s3.purge import Purge
from vbrprov_s3.store import BucketClients

SCRATCH_PREFIX: Final = "vbrprov-probe-"


@dataclass(frozen=True, slots=True)
class Capability:
    """Each is true or false, or ``None`` when it is not known."""

    versioning: bool | None = None
    object_lock: bool | None = None
    object_lock_on_existing_bucket: bool | None = None
    bucket_policy: bool | None = None
    tagging: bool | None = None
    public_access_block: bool | None = None
    ownership_controls: bool | None = None
    encryption: bool | None = None
    lifecycle: bool | None = None
    conditional_writes: bool | None = None
    checksums: bool | None = None
    sts: bool | None = None


NAMES: Final = tuple(field.name for field in fields(Capability))


class ProbedClients(BucketClients, Protocol):
    """A client object that can be probed."""

    def sts(self) -> StsClient:
        """The STS client."""
        ...


def probe_store(client: ProbedClients, bucket: str | None = None) -> Capability:
    """What can be told without writing, from *bucket* or else the first of one's own.

    Raises:
        ProviderError: The store is not reached, or refuses the credentials.
    """
    service, s3 = client.store.service, client.s3()
    sts = _sts(client)
    if bucket is None:
        listed = invoke(service, s3.list_buckets, "the account").get("Buckets", [])
        if not listed:
            return Capability(sts=sts, object_lock_on_existing_bucket=client.store.lock_later)
        bucket = str(listed[0]["Name"])

    def has(facet: str, operation: Callable[..., Response]) -> bool | None:
        return _has(service, operation, bucket or "", ABSENT[facet])

    return Capability(
        versioning=has("versioning", s3.get_bucket_versioning),
        object_lock=has("object_lock", s3.get_object_lock_configuration),
        object_lock_on_existing_bucket=client.store.lock_later,
        bucket_policy=has("policy", s3.get_bucket_policy),
        tagging=has("tags", s3.get_bucket_tagging),
        public_access_block=has("public_access_block", s3.get_public_access_block),
        ownership_controls=has("ownership_controls", s3.get_bucket_ownership_controls),
        encryption=has("encryption", s3.get_bucket_encryption),
        lifecycle=has("lifecycle", s3.get_bucket_lifecycle_configuration), sts=sts)


def _has(service: Service, operation: Callable[..., Response], bucket: str,
         absent: frozenset[str]) -> bool | None:
    try:
        invoke(service, operation, f'bucket "{bucket}"', Bucket=bucket)
    except ProviderError as error:
        if code_of(error) in absent:
            return True
        if error.kind is ErrorClass.UNSUPPORTED:
            return False
        if code_of(error) in BAD_CREDENTIALS or error.kind is ErrorClass.UNREACHABLE:
            raise
        return None
    return True


def _sts(client: ProbedClients) -> bool | None:
    try:
        invoke(client.store.service, client.sts().get_caller_identity, "the credentials")
    except ProviderError as error:
        # A store without STS takes the call for a bad S3 request and says so in any words.
        return None if error.kind is ErrorClass.DENIED else False
    return True


def probe_by_writing(client: ProbedClients, ctx: StepContext) -> Capability:
    """What attempts tell, in scratch buckets that are deleted again.

    Raises:
        ProviderError: No scratch bucket can be made, or it cannot be deleted.
    """
    plain = _Scratch(client, ctx)
    try:
        read = probe_store(client, plain.name)
        versioning = plain.works(plain.s3.put_bucket_versioning,
                                 VersioningConfiguration={"Status": "Enabled"})
        later = versioning and plain.works(
            plain.s3.put_object_lock_configuration,
            ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
        tagging = plain.works(plain.s3.put_bucket_tagging,
                              Tagging={"TagSet": [{"Key": "probe", "Value": "x"}]})
        checksums = plain.works(plain.s3.put_object, Key="checksum", Body=b"x",
                                ChecksumAlgorithm="CRC32")
        conditional = plain.conditional_writes()
    finally:
        plain.remove()
    lock = _lock_at_creation(client, ctx)
    known = {name: getattr(read, name) for name in NAMES}
    return Capability(**{
        **known, "versioning": versioning, "object_lock": lock,
        "object_lock_on_existing_bucket": later, "tagging": tagging, "checksums": checksums,
        "conditional_writes": conditional})


def _lock_at_creation(client: ProbedClients, ctx: StepContext) -> bool | None:
    try:
        locked = _Scratch(client, ctx, ObjectLockEnabledForBucket=True)
    except ProviderError as error:
        if error.kind in (ErrorClass.DENIED, ErrorClass.LOST, ErrorClass.UNREACHABLE):
            return None
        return False
    try:
        # A store may take the header and do nothing.
        found = invoke(client.store.service, locked.s3.get_object_lock_configuration,
                       locked.subject, Bucket=locked.name)
        return bool(found["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled")
    except ProviderError as error:
        return None if error.kind is ErrorClass.DENIED else False
    finally:
        locked.remove()


class _Scratch:
    """A bucket of the probe's own."""

    def __init__(self, client: ProbedClients, ctx: StepContext, **options: Any) -> None:
        self.name = SCRATCH_PREFIX + secrets.token_hex(8)
        self.subject = f'bucket "{self.name}"'
        self.service: Service = client.store.service
        self.s3: S3Client = client.s3(once=True)
        self._ctx = ctx
        location = client.store.location(client.region)
        if location:
            options["CreateBucketConfiguration"] = {"LocationConstraint": location}
        invoke(self.service, self.s3.create_bucket, self.subject, Bucket=self.name, **options)

    def works(self, operation: Callable[..., Response], **parameters: Any) -> bool | None:
        """Whether the store takes a call."""
        try:
            invoke(self.service, operation, self.subject, Bucket=self.name, **parameters)
        except ProviderError as error:
            return None if error.kind is ErrorClass.DENIED else False
        return True

    def conditional_writes(self) -> bool | None:
        """Whether a second write "only if absent" is refused."""
        if not self.works(self.s3.put_object, Key="once", Body=b"1", IfNoneMatch="*"):
            return False
        return not self.works(self.s3.put_object, Key="once", Body=b"2", IfNoneMatch="*")

    def remove(self) -> None:
        """Delete the objects and the bucket."""
        Purge(self.service, self.s3, self.name, self._ctx).run(locked=False)
        invoke(self.service, self.s3.delete_bucket, self.subject, Bucket=self.name)
