"""Cloud Connect tenants whose agents connect to Google Cloud Storage directly."""

from vbrprov.policy.sets import CLOUD_CONNECT, PermissionSet

SET = PermissionSet(
    name="CC-GCS",
    doc="Cloud Connect tenants whose agents connect to Google Cloud Storage directly.",
    source=CLOUD_CONNECT + "cc_object_storage_permissions.html",
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
    ),
)
