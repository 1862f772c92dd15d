"""Azure Blob storage that is reached by a Microsoft Entra application."""

from vbrprov.policy.sets import GUIDE, PermissionSet

SET = PermissionSet(
    name="AZ-ENTRA",
    doc="Azure Blob storage that is reached by a Microsoft Entra application.",
    source=GUIDE + "required_permissions.html",
    actions=(
        "Storage Account Contributor",
        "Storage Blob Data Contributor",
        "Storage Blob Data Owner",
    ),
)
