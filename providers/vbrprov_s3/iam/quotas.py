"""IAM's quotas: those of the account where it tells them, else Amazon's defaults.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from typing import Final

from vbrprov_s3.clients import IamClients

QUOTAS: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"

_DEFAULTS: Final = {
    "AccessKeysPerUserQuota": 2,
    "AssumeRolePolicySizeQuota": 2048,
    "AttachedPoliciesPerGroupQuota": 10,
    "AttachedPoliciesPerRoleQuota": 10,
    "AttachedPoliciesPerUserQuota": 10,
    "GroupPolicySizeQuota": 5120,
    "GroupsPerUserQuota": 10,
    "RolePolicySizeQuota": 10240,
    "UserPolicySizeQuota": 2048,
}

#: Characters of all inline policies of one identity together, blanks not counted; never raised.
INLINE_CHARACTERS: Final = {"user": 2048, "group": 5120, "role": 10240}


def quota(client: IamClients, name: str) -> int:
    """The quota *name*, as ``GetAccountSummary`` calls it."""
    return int(client.account_summary().get(name) or _DEFAULTS[name])
