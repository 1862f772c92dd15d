"""s3_iam_access_key: one access key of a user, on a store with an IAM like Amazon's."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft
from vbrprov_s3.iam.access_key import AccessKeyModel, AccessKeyType
from vbrprov_s3.identities import require
from vbrprov_s3.session import Clients


class IamAccessKeyModel(AccessKeyModel):
    """Arguments and attributes of ``s3_iam_access_key``."""


class IamAccessKey(AccessKeyType[IamAccessKeyModel, Clients]):
    """An access key of an IAM user."""

    type_name = "s3_iam_access_key"
    model = IamAccessKeyModel
    doc = "An access key of an IAM user on a store with an IAM like Amazon's."

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse a vendor that has no such IAM."""
        require(plan, "aws", self.type_name)
        super().plan_modify(plan)
