"""s3_iam_user_policy: one policy inside one user, on a store with an IAM."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft, attribute
from vbrprov_s3.iam.holders import USER
from vbrprov_s3.iam.inline import InlinePolicy, InlinePolicyModel
from vbrprov_s3.identities import require_policies
from vbrprov_s3.session import Clients


class IamUserPolicyModel(InlinePolicyModel):
    """Arguments and attributes of ``s3_iam_user_policy``."""

    user: str = attribute(doc="Name of the user.", required=True, replace_on_change=True)


class IamUserPolicy(InlinePolicy[IamUserPolicyModel, Clients]):
    """An inline policy, the only kind that Ceph knows; it goes with its user."""

    type_name = "s3_iam_user_policy"
    model = IamUserPolicyModel
    holder = USER
    doc = "An inline policy of a user, on a store with an IAM like Amazon's."
    source = "https://docs.ceph.com/en/latest/radosgw/iam/"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse a vendor that has no such policies."""
        require_policies(plan, "inline", self.type_name)
        super().plan_modify(plan)
