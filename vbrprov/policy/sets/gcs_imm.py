"""Added to GCS-BASE: immutability."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="GCS-IMM",
    doc="Added to GCS-BASE: immutability.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "storage.",
        "objects.setRetention objects.update"),
)
