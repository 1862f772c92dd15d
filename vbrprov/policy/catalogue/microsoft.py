"""Actions of Azure resource providers.

A role names hundreds of them in groups, so what one is for is told by the longest prefix.
"""

from __future__ import annotations

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = "https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations"

_WHY: Final[dict[str, str]] = {
    "Authorization/": "See who may do what",
    "Authorization/roleAssignments/": "Give the appliance's identity its rights",
    "Compute/disks/": "Give the appliance its disks",
    "Compute/galleries/": "Keep images of machines",
    "Compute/locations/": "Choose a place and a size for the appliance",
    "Compute/virtualMachines/": "Start, run and remove the appliance",
    "KeyVault/vaults/keys/": "Encrypt and decrypt with keys of the vault",
    "ManagedIdentity/userAssignedIdentities/": "Give the appliance an identity",
    "MarketplaceOrdering/": "Accept the terms of the appliance's image",
    "Network/locations/": "Choose names and places in the network",
    "Network/networkInterfaces/": "Connect the appliance",
    "Network/networkSecurityGroups/": "Let the backup server reach the appliance",
    "Network/publicIPAddresses/": "Give the appliance an address",
    "Network/virtualNetworks/": "Put the appliance into a network",
    "Resources/": "Find and make resource groups, and deploy the appliance into them",
    "Storage/storageAccounts/": "Find the storage account",
    "Storage/storageAccounts/listKeys/": "Read the keys of the storage account",
    "Storage/storageAccounts/listkeys/": "Read the keys of the storage account",
    "Storage/storageAccounts/blobServices/": "Reach containers and blobs",
    "Storage/storageAccounts/queueServices/": "Exchange messages with the appliance",
}
_DATA: Final = ("KeyVault/vaults/keys/", "/queues/messages/", "/containers/blobs/")


class _ByPrefix(dict[str, tuple[Level, str]]):
    def __missing__(self, action: str) -> tuple[Level, str]:
        short = action.removeprefix("Microsoft.")
        starts = [start for start in _WHY if short.startswith(start)]
        if short == action or not starts:
            raise KeyError(action)
        level = Level.DATA if any(part in short for part in _DATA) else Level.ACCOUNT
        return level, _WHY[max(starts, key=len)]


ACTIONS: Final[dict[str, tuple[Level, str]]] = _ByPrefix()
