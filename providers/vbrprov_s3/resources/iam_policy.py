"""s3_iam_policy: one customer managed policy, on a store with an IAM like Amazon's."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft
from vbrprov_s3.iam.policy import PolicyModel, PolicyType
from vbrprov_s3.identities import require_policies
from vbrprov_s3.session import Clients


class IamPolicyModel(PolicyModel):
    """Arguments and attributes of ``s3_iam_policy``."""


class IamPolicy(PolicyType[IamPolicyModel, Clients]):
    """A customer managed IAM policy."""

    type_name = "s3_iam_policy"
    model = IamPolicyModel
    doc = "A customer managed IAM policy on a store with an IAM like Amazon's."

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse a vendor that has no such policies."""
        require_policies(plan, "managed", self.type_name)
        super().plan_modify(plan)
