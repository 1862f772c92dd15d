"""The policy of a bucket: model, steps, and the base of the resource types."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final, TypeVar, cast

from vbrprov.policy.iam.normal import normal_form
from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import silent
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.values import NULL
from vbrprov.sdk.waiting import retry
from vbrprov_s3.bucket.model import check_name
from vbrprov_s3.codes import ABSENT, NO_BUCKET
from vbrprov_s3.errors import code_of, invoke
from vbrprov_s3.policy_json import compact, document_validator, same_policy
from vbrprov_s3.store import BucketClients
from vbrprov_s3.waiting import CONFLICT_SECONDS, VISIBLE_SECONDS

_LIMITS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"
MAX_BYTES: Final = 20480


class BucketPolicyModel(Model):
    """Arguments and attributes of a bucket policy."""

    bucket: str = attribute(doc="Name of the bucket.", required=True, replace_on_change=True,
                            validators=(check_name,))
    policy: str = attribute(doc="The policy document as JSON.", required=True, same=same_policy,
                            validators=(document_validator(MAX_BYTES, "bytes"),), source=_LIMITS)
    region: str | None = attribute(doc="Region of the bucket; the provider's when left out.",
                                   default=None, computed=True, replace_on_change=True)
    id: str | None = computed_attribute(doc="Name of the bucket.")


P = TypeVar("P", bound=BucketPolicyModel)
C = TypeVar("C", bound=BucketClients)


class BucketPolicyType(ResourceType[P, C]):
    """The one policy that a bucket can have.

    One that is there already is never overwritten by the creation of this resource.
    """

    recovery = Recovery.CLIENT_NAMED
    source = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html"
    settle_seconds = 5.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id`` and ``region``."""
        plan.planned["id"] = plan.planned.get("bucket", NULL)
        if plan.prior is None and plan.client is not None and silent(plan.config, "region"):
            plan.planned["region"] = plan.client.region

    def steps(self, client: C, prior: P | None,
              planned: P | None, ctx: StepContext) -> Steps:
        """Put or delete the policy."""
        if planned is None:
            if prior is not None:
                yield Step("delete", _identity(prior), lambda: _delete(client, prior, ctx),
                           doc="Delete the bucket policy")
            return
        wanted = planned.copy(id=planned.bucket, region=planned.region or client.region)
        if prior is None:
            yield Step("create", _identity(wanted), lambda: _create(client, wanted, ctx),
                       creates=True, doc="Set the bucket policy")
        elif not same_policy(prior.policy, wanted.policy):
            yield Step("policy", _identity(wanted), lambda: _put(client, wanted, ctx),
                       doc="Change the bucket policy")
        elif prior.policy != wanted.policy:
            yield Step("settings", _identity(wanted), lambda: wanted, doc="Record the arguments")

    def read(self, client: C, state: P,
             ctx: StepContext) -> P | None:
        """The policy; ``None`` when the bucket has none, or is gone itself."""
        live = _live(client, state.bucket, state.region)
        if live is None:
            return None
        return state.copy(id=state.bucket, region=state.region or client.region,
                          policy=state.policy if same_policy(live, state.policy) else live)

    def import_state(self, client: C, import_id: str,
                     ctx: StepContext) -> P | None:
        """The policy of the bucket of that name."""
        return self.read(client, self._blank(bucket=import_id, policy=""), ctx)

    def find(self, client: C, planned: P, ctx: StepContext) -> Probe[P]:
        """The policy of the bucket, whatever it says by now."""
        return by_name(self.read(client, planned, ctx))

    def probe(self, client: C, intent: OpenIntent,
              ctx: StepContext) -> Probe[P]:
        """Ours is a policy that says what we were about to say."""
        bucket = str(intent.identity["bucket"])
        region = str(intent.identity["region"])
        live = _live(client, bucket, region)
        if live is None:
            return Probe(ProbeVerdict.ABSENT)
        if _digest(live) != intent.identity.get("policy"):
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'Bucket "{bucket}" has a policy, and not the one that the '
                                "interrupted run was about to set.")
        return Probe(ProbeVerdict.OURS, state=self._blank(
            bucket=bucket, region=region, policy=live, id=bucket))

    def _blank(self, **known: Any) -> P:
        return cast("P", self.model(**known))


def _digest(document: str) -> str:
    text = json.dumps(normal_form(document), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _identity(model: BucketPolicyModel) -> Identity:
    return Identity.of(bucket=model.bucket, region=model.region, policy=_digest(model.policy))


def _live(client: BucketClients, bucket: str, region: str | None) -> str | None:
    s3 = client.s3(region)
    try:
        answer = invoke(client.store.service, s3.get_bucket_policy, f'bucket "{bucket}"',
                        Bucket=bucket)
    except ProviderError as error:
        if code_of(error) in ABSENT["policy"] | NO_BUCKET:
            return None
        raise
    return str(answer["Policy"])


def _create(client: BucketClients, wanted: P, ctx: StepContext) -> P:
    live = _live(client, wanted.bucket, wanted.region)
    if live is not None and not same_policy(live, wanted.policy):
        raise ProviderError(
            ErrorClass.EXISTS, "Bucket already has a policy",
            f'Bucket "{wanted.bucket}" has a policy that was not set by this stack. It is not '
            "overwritten silently.", attribute="bucket",
            hint=f"Import it (vbrprov import ADDRESS {wanted.bucket}) and see what would change.")
    return _put(client, wanted, ctx)


def _put(client: BucketClients, wanted: P, ctx: StepContext) -> P:
    s3 = client.s3(wanted.region)
    # A user that was made a moment ago is an invalid principal until S3 knows it, and so is a
    # bucket that was.
    passing = frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED})
    settling = frozenset({ErrorClass.NOT_YET, ErrorClass.NOT_FOUND})

    def put() -> None:
        retry(lambda: invoke(client.store.service, s3.put_bucket_policy,
                             f'bucket "{wanted.bucket}"', Bucket=wanted.bucket,
                             Policy=compact(wanted.policy)),
              ctx, passing, CONFLICT_SECONDS)

    try:
        retry(put, ctx, settling, 5.0 if client.sandbox else VISIBLE_SECONDS)
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED:
            error.hint += (" S3 also answers so when the public access block of the bucket "
                           "refuses a policy that makes it public.")
        elif error.kind is ErrorClass.NOT_YET:
            error.hint = "Check that every user, role and account that the policy names exists."
        raise
    return wanted


def _delete(client: BucketClients, prior: BucketPolicyModel, ctx: StepContext) -> None:
    s3 = client.s3(prior.region)

    def delete() -> None:
        try:
            invoke(client.store.service, s3.delete_bucket_policy, f'bucket "{prior.bucket}"',
                   Bucket=prior.bucket)
        except ProviderError as error:
            if code_of(error) not in ABSENT["policy"] | NO_BUCKET:
                raise

    retry(delete, ctx, frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED}), CONFLICT_SECONDS)
