"""s3_iam_user: one IAM user, on a store with an IAM like Amazon's."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft
from vbrprov_s3.iam.user import UserModel, UserType
from vbrprov_s3.identities import require
from vbrprov_s3.session import Clients


class IamUserModel(UserModel):
    """Arguments and attributes of ``s3_iam_user``."""


class IamUser(UserType[IamUserModel, Clients]):
    """An IAM user."""

    type_name = "s3_iam_user"
    model = IamUserModel
    doc = "An IAM user on a store with an IAM like Amazon's."

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse a vendor that has no such IAM."""
        require(plan, "aws", self.type_name)
        super().plan_modify(plan)
