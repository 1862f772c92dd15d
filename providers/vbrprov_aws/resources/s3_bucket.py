"""aws_s3_bucket: a bucket and all its facets as one resource, written one call after the other."""

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
)
from vbrprov.sdk.values import Value
from vbrprov.sdk.views import View
from vbrprov_aws.bucket.changes import PREVENTED, change, destroy
from vbrprov_aws.bucket.model import S3BucketModel
from vbrprov_aws.bucket.planning import BucketPlan
from vbrprov_aws.bucket.reading import read_bucket
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.errors import S3
from vbrprov_aws.planning import known
from vbrprov_aws.recovery import made_since
from vbrprov_s3.codes import DENIED, NO_BUCKET
from vbrprov_s3.errors import code_of, invoke


class S3Bucket(ResourceType[S3BucketModel, AwsClients]):
    """A bucket, its versioning, object lock, encryption, public access block, ownership and tags.

    One resource and not ten, because S3 answers parallel changes of one bucket with a conflict.
    The bucket policy is a resource of its own: it may name users whose policies name the bucket.
    """

    type_name = "aws_s3_bucket"
    model = S3BucketModel
    recovery = Recovery.CLIENT_NAMED
    doc = "An S3 bucket with all its settings."
    source = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in defaults that depend on each other, and refuse what S3 never takes."""
        BucketPlan(plan).run()

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """``deletion_policy = "PREVENT"`` refuses, and so does a retention that runs."""
        policy = known(prior, "deletion_policy")
        if policy not in ("DELETE", "ABANDON"):
            return PREVENTED
        lock = known(prior, "live_lock")
        if policy == "DELETE" and isinstance(lock, str):
            return (f"{lock} Retention is never bypassed. Wait until it ends, or leave the bucket "
                    'with deletion_policy = "ABANDON".')
        return None

    def steps(self, client: AwsClients, prior: S3BucketModel | None,
              planned: S3BucketModel | None, ctx: StepContext) -> Steps:
        """Create, then each facet that differs, then a look; or empty and delete."""
        if planned is not None:
            yield from change(client, prior, planned, ctx)
        elif prior is not None:
            yield from destroy(client, prior, ctx)

    def read(self, client: AwsClients, state: S3BucketModel,
             ctx: StepContext) -> S3BucketModel | None:
        """The bucket with every facet; ``None`` only when S3 says that there is none."""
        return read_bucket(client, state, ctx)

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> S3BucketModel | None:
        """The bucket of that name, in whatever region it lies."""
        return read_bucket(client, S3BucketModel(bucket=import_id), ctx)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[S3BucketModel]:
        """Ours is a bucket of our own account that is not older than the intent."""
        name, region = str(intent.identity["bucket"]), str(intent.identity["region"])
        account = intent.identity.get("account")
        subject = f'bucket "{name}"'
        s3 = client.s3(region)
        try:
            owner = {"ExpectedBucketOwner": account} if account else {}
            invoke(S3, s3.head_bucket, subject, Bucket=name, **owner)
            listed = invoke(S3, s3.list_buckets, "the account", Prefix=name)
        except ProviderError as error:
            code = code_of(error)
            if code in NO_BUCKET:
                return Probe(ProbeVerdict.ABSENT)
            if code in DENIED and error.detail.startswith(f"{S3.title} answered HeadBucket"):
                return Probe(ProbeVerdict.FOREIGN,
                             detail=f"The {subject} belongs to another account.")
            if error.kind in (ErrorClass.DENIED, ErrorClass.EXISTS):
                return Probe(ProbeVerdict.UNKNOWN, detail=error.detail)
            raise
        return self._judge(client, intent, name, listed.get("Buckets", []))

    def _judge(self, client: AwsClients, intent: OpenIntent, name: str,
               listed: list[dict[str, Any]]) -> Probe[S3BucketModel]:
        mine = [b["CreationDate"] for b in listed if str(b["Name"]) == name]
        if not mine:
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The bucket "{name}" is not in the list of your own buckets.')
        if not made_since(mine[0], intent.created):
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The bucket "{name}" was there before: it was created on '
                                f"{mine[0]:%Y-%m-%d %H:%M:%S} UTC.")
        state = read_bucket(client, S3BucketModel(
            bucket=name, region=str(intent.identity["region"])))
        if state is None:
            return Probe(ProbeVerdict.ABSENT)
        return Probe(ProbeVerdict.OURS, state=state,
                     detail=f'The bucket "{name}" was created at {mine[0]:%H:%M:%S} '
                            "UTC by the interrupted run.")

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The bucket as guardrails see it."""
        from vbrprov_s3.views import bucket_view

        return bucket_view(facts, "amazon")
