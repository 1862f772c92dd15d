provider "azurerm" {
  features {}
}

variable "rotation" {
  default = null
}

variable "second" {
  default = false
}

resource "azurerm_resource_group" "backup" {
  name     = "rg-backup"
  location = "westeurope"
}

resource "azurerm_storage_account" "backup" {
  name                     = "stbackup01"
  resource_group_name      = azurerm_resource_group.backup.name
  location                 = azurerm_resource_group.backup.location
  account_replication_type = "LRS"
  deletion_policy          = "DELETE"

  blob_properties {
    versioning_enabled = true
  }

  dynamic "key_rotation" {
    for_each = var.rotation == null ? [] : [var.rotation]

    content {
      key = key_rotation.value
    }
  }
}

resource "azurerm_storage_container" "backup" {
  name                                      = "backups"
  storage_account_id                        = azurerm_storage_account.backup.id
  immutable_storage_with_versioning_enabled = true
  deletion_policy                           = "DELETE"
}

resource "veeam_cloud_credentials" "backup" {
  type       = "azure_storage"
  account    = azurerm_storage_account.backup.name
  secret_key = azurerm_storage_account.backup.active_access_key
}

resource "veeam_cloud_credentials" "second" {
  count      = var.second ? 1 : 0
  type       = "azure_storage"
  account    = azurerm_storage_account.backup.name
  secret_key = azurerm_storage_account.backup.active_access_key
}

resource "veeam_azure_blob_repository" "backup" {
  name            = "Azure"
  deletion_policy = "DELETE"

  account {
    credentials_id = veeam_cloud_credentials.backup.id
  }

  container {
    name   = azurerm_storage_container.backup.name
    folder = "agents"
  }

  connection {
    mode = "direct"
  }

  immutability {
    enabled = true
    days    = 14
  }
}
