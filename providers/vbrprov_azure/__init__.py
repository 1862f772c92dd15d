"""The ``azurerm`` provider: storage accounts, containers, and who may reach them.

Light on purpose: it is imported at start. Everything else is imported when a configuration uses it.
"""

from vbrprov.sdk.provider import Provider

PROVIDER = Provider(
    name="azurerm",
    package="vbrprov_azure",
    registry="registry.terraform.io/hashicorp/azurerm",
    doc="Azure Blob Storage, as far as object storage for backups needs it; by Azure Resource "
        "Manager alone.",
    prefixes=("azurerm_",),
)
