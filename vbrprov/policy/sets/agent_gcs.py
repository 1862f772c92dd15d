"""Agents that connect to Google Cloud Storage directly; for the account of the helper appliance."""

from vbrprov.policy.sets import GUIDE, PermissionSet

SET = PermissionSet(
    name="AGENT-GCS",
    doc="Agents that connect to Google Cloud Storage directly; for the account of the helper "
        "appliance.",
    source=GUIDE + "agents_permissions.html",
    actions=(
        "iam.serviceAccounts.create",
        "iam.serviceAccounts.delete",
        "iam.serviceAccounts.get",
        "iam.serviceAccounts.list",
        "storage.buckets.get",
        "storage.buckets.getIamPolicy",
        "storage.buckets.list",
        "storage.buckets.setIamPolicy",
        "storage.buckets.update",
        "storage.hmacKeys.create",
        "storage.hmacKeys.delete",
        "storage.hmacKeys.get",
        "storage.hmacKeys.list",
        "storage.objects.create",
        "storage.objects.delete",
        "storage.objects.get",
        "storage.objects.list",
        "storage.objects.setRetention",
        "storage.objects.update",
    ),
)
