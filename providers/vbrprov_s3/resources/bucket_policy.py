"""s3_bucket_policy: the policy of a bucket of an S3-compatible store."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft, ProviderError
from vbrprov_s3.bucket_policy import BucketPolicyModel, BucketPolicyType
from vbrprov_s3.session import Clients


class S3CompatibleBucketPolicyModel(BucketPolicyModel):
    """Arguments and attributes of ``s3_bucket_policy``."""


class S3CompatibleBucketPolicy(BucketPolicyType[S3CompatibleBucketPolicyModel, Clients]):
    """The policy of a bucket, in the vendor's dialect of Amazon's language."""

    type_name = "s3_bucket_policy"
    model = S3CompatibleBucketPolicyModel
    doc = "The policy of a bucket of an S3-compatible store."

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse a policy where the store is seen to have none."""
        super().plan_modify(plan)
        if plan.client is None or plan.prior is not None:
            return
        try:
            has = plan.client.capability().bucket_policy
        except ProviderError:
            # The bucket that it belongs to warns of a store that cannot be probed.
            return
        if has is False:
            plan.error("Not supported by this store",
                       f"{plan.client.store.service.title} answers that it has no bucket policies. "
                       "Restrict the user instead.", "policy")
