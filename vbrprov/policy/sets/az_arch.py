"""An archive extent in Azure Archive storage."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="AZ-ARCH",
    doc="An archive extent in Azure Archive storage.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "Microsoft.",
        "Authorization/*/read Compute/locations/* Compute/virtualMachines/* "
        "Compute/disks/read Compute/disks/write Compute/disks/delete Network/locations/* "
        "Network/networkInterfaces/* Network/networkSecurityGroups/join/action "
        "Network/networkSecurityGroups/read Network/networkSecurityGroups/write "
        "Network/networkSecurityGroups/delete Network/publicIPAddresses/join/action "
        "Network/publicIPAddresses/read Network/publicIPAddresses/write "
        "Network/publicIPAddresses/delete Network/virtualNetworks/read "
        "Network/virtualNetworks/write Network/virtualNetworks/subnets/join/action "
        "Storage/storageAccounts/listKeys/action Storage/storageAccounts/read "
        "Resources/deployments/* Resources/subscriptions/resourceGroups/read "
        "Resources/checkResourceName/action Resources/subscriptions/resourceGroups/write "
        "Resources/subscriptions/locations/read"),
)
