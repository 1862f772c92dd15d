# Immutable backups of agents on Azure Blob Storage: account, container, role, repository.
#
#   vbrprov apply -sandbox

provider "azurerm" {
  subscription_id = var.subscription_id
}

provider "veeam" {}

variable "subscription_id" {
  description = "Id of the subscription; ARM_SUBSCRIPTION_ID when left out."
  type        = string
  default     = null
}

variable "account" {
  description = "Name of the storage account, unique in all of Azure."
  type        = string
  default     = "acmeagentbackups"
}

variable "location" {
  description = "Region of everything."
  type        = string
  default     = "westeurope"
}

variable "key" {
  description = "Which of the account's two keys the backup server uses; another one is made anew first."
  type        = string
  default     = "key1"
}

variable "destroyable" {
  description = "Whether account, container and repository may be destroyed."
  type        = bool
  default     = false
}

locals {
  deletion_policy = var.destroyable ? "DELETE" : "PREVENT"
}

resource "azurerm_resource_group" "backups" {
  name     = "rg-agent-backups"
  location = var.location
}

# Blob versioning belongs to the account, immutability to the container. Soft delete and the change
# feed are off, TLS is 1.2 at least, and no blob is public.
resource "azurerm_storage_account" "backups" {
  name                     = var.account
  resource_group_name      = azurerm_resource_group.backups.name
  location                 = azurerm_resource_group.backups.location
  account_replication_type = "ZRS"
  deletion_policy          = local.deletion_policy

  blob_properties {
    versioning_enabled = true
  }

  key_rotation {
    key = var.key
  }
}

resource "azurerm_storage_container" "backups" {
  name                                      = "agents"
  storage_account_id                        = azurerm_storage_account.backups.id
  immutable_storage_with_versioning_enabled = true
  deletion_policy                           = local.deletion_policy
}

# Whoever may look at the storage without touching backups.
resource "azurerm_user_assigned_identity" "auditor" {
  name                = "backup-auditor"
  resource_group_name = azurerm_resource_group.backups.name
  location            = azurerm_resource_group.backups.location
}

resource "azurerm_role_definition" "auditor" {
  name        = "Backup storage auditor"
  scope       = azurerm_resource_group.backups.id
  description = "Reads the settings of backup storage."

  permissions {
    actions = [
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      "Microsoft.Storage/storageAccounts/read",
      "Microsoft.Storage/storageAccounts/blobServices/read",
      "Microsoft.Storage/storageAccounts/blobServices/containers/read",
    ]
  }
}

resource "azurerm_role_assignment" "auditor" {
  scope              = azurerm_storage_account.backups.id
  role_definition_id = azurerm_role_definition.auditor.role_definition_resource_id
  principal_id       = azurerm_user_assigned_identity.auditor.principal_id
}

# --- Backup server --------------------------------------------------------------------------------

# The key goes from the account to the backup server in memory, and into no file.
resource "veeam_cloud_credentials" "backups" {
  type       = "azure_storage"
  account    = azurerm_storage_account.backups.name
  secret_key = azurerm_storage_account.backups.active_access_key
}

resource "veeam_azure_blob_repository" "backups" {
  name            = "Agents on Azure"
  deletion_policy = local.deletion_policy

  account {
    credentials_id = veeam_cloud_credentials.backups.id
  }

  container {
    name   = azurerm_storage_container.backups.name
    folder = "agents"
  }

  connection {
    mode = "direct"
  }

  immutability {
    enabled = true
    days    = 30
  }
}

output "container" {
  description = "Id of the container."
  value       = azurerm_storage_container.backups.id
}
