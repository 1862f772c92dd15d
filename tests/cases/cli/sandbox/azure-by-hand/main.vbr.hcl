provider "azurerm" {
  features {}
}

variable "account" {
  type = string
}

variable "immutable" {
  default = false
}

data "azurerm_storage_account" "by_hand" {
  name                = var.account
  resource_group_name = "rg-backup"
}

data "azurerm_storage_container" "by_hand" {
  name               = "backups"
  storage_account_id = data.azurerm_storage_account.by_hand.id
}

resource "veeam_cloud_credentials" "backup" {
  type       = "azure_storage"
  account    = data.azurerm_storage_account.by_hand.name
  secret_key = data.azurerm_storage_account.by_hand.primary_access_key
}

resource "veeam_azure_blob_repository" "backup" {
  name = "Azure"

  account {
    credentials_id = veeam_cloud_credentials.backup.id
  }

  container {
    name   = data.azurerm_storage_container.by_hand.name
    folder = "agents"
  }

  connection {
    mode = "direct"
  }

  immutability {
    enabled = var.immutable
    days    = 14
  }
}

resource "veeam_protection_group" "agents" {
  name = "Agents"

  computer {
    host_name       = "pc01"
    connection_type = "certificate"
  }
}

resource "veeam_agent_backup_policy" "agents" {
  name                 = "Agents"
  os                   = "windows"
  policy_type          = "workstation"
  backup_mode          = "entire_computer"
  protection_group_ids = [veeam_protection_group.agents.id]

  destination {
    repository_id = veeam_azure_blob_repository.backup.id
  }
}
