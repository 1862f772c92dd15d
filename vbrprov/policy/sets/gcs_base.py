"""A repository in Google Cloud Storage."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="GCS-BASE",
    doc="A repository in Google Cloud Storage.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "storage.",
        "buckets.get buckets.list objects.create objects.delete objects.get objects.list"),
)
