"""A bucket and all its facets as one resource, written one call after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from vbrprov.sdk import (
    ErrorClass,
    InstanceFacts,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    StepContext,
    Steps,
    StorageBelow,
)
from vbrprov.sdk.recovery import made_since
from vbrprov.sdk.values import Value
from vbrprov.sdk.views import View
from vbrprov_s3.bucket.changes import change, destroy, prevented
from vbrprov_s3.bucket.model import BucketModel
from vbrprov_s3.bucket.planning import BucketPlan
from vbrprov_s3.bucket.reading import read_bucket
from vbrprov_s3.codes import DENIED, NO_BUCKET
from vbrprov_s3.errors import code_of, invoke
from vbrprov_s3.store import BucketClients

B = TypeVar("B", bound=BucketModel)
C = TypeVar("C", bound=BucketClients)


class BucketType(ResourceType[B, C]):
    """A bucket, its versioning, object lock, encryption, public access block, ownership and tags.

    One resource and not ten, because S3 answers parallel changes of one bucket with a conflict.
    The bucket policy is a resource of its own: it may name users whose policies name the bucket.
    """

    recovery = Recovery.CLIENT_NAMED
    source = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in defaults that depend on each other, and refuse what S3 never takes."""
        BucketPlan(plan, self.model).run()

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """``deletion_policy = "PREVENT"`` refuses, and so does a retention that runs."""
        return prevented(prior)

    def steps(self, client: C, prior: B | None,
              planned: B | None, ctx: StepContext) -> Steps:
        """Create, then each facet that differs, then a look; or empty and delete."""
        if planned is not None:
            yield from change(client, prior, planned, ctx)
        elif prior is not None:
            yield from destroy(client, prior, ctx)

    def read(self, client: C, state: B,
             ctx: StepContext) -> B | None:
        """The bucket with every facet; ``None`` only when S3 says that there is none."""
        return read_bucket(client, state, ctx)

    def import_state(self, client: C, import_id: str,
                     ctx: StepContext) -> B | None:
        """The bucket of that name, in whatever region it lies."""
        return read_bucket(client, self._blank(bucket=import_id), ctx)

    def probe(self, client: C, intent: OpenIntent,
              ctx: StepContext) -> Probe[B]:
        """Ours is a bucket of our own account that is not older than the intent."""
        name, region = str(intent.identity["bucket"]), str(intent.identity["region"])
        account = intent.identity.get("account")
        subject = f'bucket "{name}"'
        s3, service = client.s3(region), client.store.service
        refused: ProviderError | None = None
        try:
            try:
                owner = {"ExpectedBucketOwner": account} if account else {}
                invoke(service, s3.head_bucket, subject, Bucket=name, **owner)
            except ProviderError as error:
                if code_of(error) not in DENIED:
                    raise
                # Of another account, or our own and we may not look at it: the list tells.
                refused = error
            listed = invoke(service, s3.list_buckets, "the account", Prefix=name)
        except ProviderError as error:
            if code_of(error) in NO_BUCKET:
                return Probe(ProbeVerdict.ABSENT)
            if error.kind in (ErrorClass.DENIED, ErrorClass.EXISTS):
                return Probe(ProbeVerdict.UNKNOWN, detail=error.detail)
            raise
        buckets = listed.get("Buckets", [])
        if refused is None:
            return self._judge(client, intent, name, buckets)
        if any(str(bucket["Name"]) == name for bucket in buckets):
            return Probe(ProbeVerdict.UNKNOWN, detail=refused.detail)
        return Probe(ProbeVerdict.FOREIGN, detail=f"The {subject} belongs to another account.")

    def _blank(self, **known: Any) -> B:
        return cast("B", self.model(**known))

    def _judge(self, client: C, intent: OpenIntent, name: str,
               listed: list[dict[str, Any]]) -> Probe[B]:
        mine = [b["CreationDate"] for b in listed if str(b["Name"]) == name]
        if not mine:
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The bucket "{name}" is not in the list of your own buckets.')
        if not made_since(mine[0], intent.created):
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The bucket "{name}" was there before: it was created on '
                                f"{mine[0]:%Y-%m-%d %H:%M:%S} UTC.")
        state = read_bucket(client, self._blank(
            bucket=name, region=str(intent.identity["region"])))
        if state is None:
            return Probe(ProbeVerdict.ABSENT)
        return Probe(ProbeVerdict.OURS, state=state,
                     detail=f'The bucket "{name}" was created at {mine[0]:%H:%M:%S} '
                            "UTC by the interrupted run.")

    def storage_ids(self, client: C, storage: StorageBelow) -> Iterator[str]:
        """The name."""
        yield storage.name

    def storage_known(self, storage: StorageBelow) -> Mapping[str, Value]:
        """The name, and whose bucket of that name it is."""
        return {"id": storage.name, "bucket": storage.name} | (
            {"endpoint": storage.endpoint}
            if storage.endpoint and "endpoint" in self.model.schema().attributes else {})

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The bucket as guardrails see it."""
        from vbrprov_s3.views import bucket_view

        return bucket_view(facts, self.holds)
