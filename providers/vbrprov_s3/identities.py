"""Which identities a vendor has, and what to do by hand where it has none that can be called."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft

_INSTEAD = {
    "minio": "Use s3_minio_user, s3_minio_policy, s3_minio_user_policy_attachment and "
             "s3_minio_service_account.",
    "aws": "Use s3_iam_user, s3_iam_policy and s3_iam_access_key.",
}


def require(plan: PlanDraft, kind: str, type_name: str) -> None:
    """Refuse a plan for identities of another *kind* (aws or minio) than the vendor has."""
    if plan.client is None:
        return
    vendor = plan.client.settings.vendor
    if vendor.identities == kind or plan.client.sandbox:
        return
    if vendor.by_hand:
        detail = (f"{vendor.how} To have everything that needs it wait for that, declare it "
                  "instead, and give the keys to Veeam as a sensitive variable:\n\n"
                  '    resource "vbrprov_manual_step" "veeam_user" {\n'
                  f'      instruction = "{vendor.how}"\n    }}')
    else:
        detail = _INSTEAD.get(vendor.identities, vendor.how)
    plan.error("Not offered by this vendor",
               f"{type_name} does not work with {vendor.title}. {detail}", None)


_POLICIES = {
    "inline": "It knows inline policies of users only. Use s3_iam_user_policy.",
    "managed": "It knows managed policies only. Use s3_iam_policy and "
               "s3_iam_user_policy_attachment.",
}


def require_policies(plan: PlanDraft, kind: str, type_name: str) -> None:
    """Refuse a plan for policies of a *kind* (inline or managed) that nobody can write there."""
    require(plan, "aws", type_name)
    if plan.client is None or plan.client.sandbox:
        return
    vendor = plan.client.settings.vendor
    if vendor.policies not in ("both", kind):
        plan.error("Not offered by this vendor", f"{type_name} does not work with {vendor.title}. "
                   f"{_POLICIES[vendor.policies]}", None)
