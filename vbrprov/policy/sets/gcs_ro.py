"""Recovery on a second backup server, without writing."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="GCS-RO",
    doc="Recovery on a second backup server, without writing.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "storage.",
        "buckets.get buckets.list objects.get objects.list"),
)
