"""google_storage_bucket: a bucket with all its settings, made in one request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
from vbrprov.sdk.planning import known
from vbrprov.sdk.recovery import made_since
from vbrprov.sdk.values import Value
from vbrprov.sdk.views import View
from vbrprov_google.bucket.changes import PREVENTED, change, destroy
from vbrprov_google.bucket.model import StorageBucketModel
from vbrprov_google.bucket.planning import BucketPlan
from vbrprov_google.bucket.reading import get_bucket, project, read_bucket, subject_of
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call


class StorageBucket(ResourceType[StorageBucketModel, GoogleClients]):
    """A bucket; who may use it is in resources of their own, one member each.

    It is read in one request, so that a guardrail knows all of it or nothing. Settings that
    configuration does not state are left to others (retention policy, lifecycle rules, Autoclass),
    and shown to guardrails all the same.
    """

    type_name = "google_storage_bucket"
    model = StorageBucketModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A bucket of Google Cloud Storage with all its settings."
    source = "https://docs.cloud.google.com/storage/docs/json_api/v1/buckets"
    settle_seconds = 10.0
    holds = "google"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in defaults that depend on each other, and refuse what Google never takes."""
        BucketPlan(plan).run()

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """``deletion_policy = "PREVENT"`` refuses."""
        policy = known(prior, "deletion_policy")
        return None if policy in ("DELETE", "ABANDON") else PREVENTED

    def steps(self, client: GoogleClients, prior: StorageBucketModel | None,
              planned: StorageBucketModel | None, ctx: StepContext) -> Steps:
        """Create, or each setting that differs, then a look; or empty and delete."""
        if planned is not None:
            yield from change(client, prior, planned, ctx)
        elif prior is not None:
            yield from destroy(client, prior, ctx)

    def read(self, client: GoogleClients, state: StorageBucketModel,
             ctx: StepContext) -> StorageBucketModel | None:
        """The bucket; ``None`` only when Google says that there is none."""
        return read_bucket(client, state, ctx)

    def import_state(self, client: GoogleClients, import_id: str,
                     ctx: StepContext) -> StorageBucketModel | None:
        """``NAME`` or ``PROJECT/NAME``."""
        owner, _, name = import_id.rpartition("/")
        bucket = get_bucket(client, ctx, name)
        if bucket is None:
            return None
        mine = {k: v for k, v in bucket.labels.items() if client.default_labels.get(k) != v}
        return project(client, bucket, StorageBucketModel(
            name=name, location="", project=owner or None, labels=mine or None))

    def probe(self, client: GoogleClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[StorageBucketModel]:
        """Ours is a bucket of our project that is not older than the intent."""
        name, owner = str(intent.identity["name"]), str(intent.identity["project"])
        subject = subject_of(name)
        try:
            bucket = get_bucket(client, ctx, name)
        except ProviderError as error:
            if error.kind is ErrorClass.DENIED:
                return Probe(ProbeVerdict.FOREIGN,
                             detail=f"The {subject} is not one that your credentials reach.")
            raise
        if bucket is None:
            return Probe(ProbeVerdict.ABSENT)
        return self._judge(client, intent, bucket, owner, ctx)

    def _judge(self, client: GoogleClients, intent: OpenIntent, bucket: Any, owner: str,
               ctx: StepContext) -> Probe[StorageBucketModel]:
        subject = subject_of(bucket.name)
        try:
            mine = call(ctx, "storage.buckets.list", f'project "{owner}"', lambda: [
                b.name for b in client.storage().list_buckets(
                    prefix=bucket.name, project=owner, retry=None)])
        except ProviderError as error:
            if error.kind is ErrorClass.DENIED:
                return Probe(ProbeVerdict.UNKNOWN, detail=error.detail)
            raise
        created = bucket.time_created
        if bucket.name not in mine:
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The {subject} is not one of the project "{owner}".')
        if not made_since(created, intent.created):
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f"The {subject} was there before: it was created on "
                                f"{created:%Y-%m-%d %H:%M:%S} UTC.")
        state = project(client, bucket, StorageBucketModel(
            name=bucket.name, location="", project=owner, labels=dict(bucket.labels) or None))
        return Probe(ProbeVerdict.OURS, state=state,
                     detail=f"The {subject} was created at {created:%H:%M:%S} UTC by the "
                            "interrupted run.")

    def storage_ids(self, client: GoogleClients, storage: StorageBelow) -> Iterator[str]:
        """The name, which is one in the world."""
        yield storage.name

    def storage_known(self, storage: StorageBelow) -> Mapping[str, Value]:
        """The name."""
        return {"id": storage.name, "name": storage.name}

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The bucket as guardrails see it."""
        from vbrprov_google.bucket.views import bucket_view

        return bucket_view(facts)
