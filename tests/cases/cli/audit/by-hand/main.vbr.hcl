# An estate without a fault. The audit runs in the same folder with providers only.
provider "aws" {
  region = "us-east-1"
}

provider "azurerm" {
  features {}
}

provider "s3" {
  vendor     = "minio"
  endpoint   = "https://minio.example.com"
  access_key = "test"
  secret_key = "test"
}

resource "aws_s3_bucket" "amazon" {
  bucket = "agents-amazon"

  tags = {
    purpose = "backup"
  }
}

resource "s3_bucket" "minio" {
  bucket = "agents-minio"
}

data "azurerm_storage_account" "azure" {
  name                = "agentsazure"
  resource_group_name = "rg-backup"
}

resource "veeam_cloud_credentials" "keys" {
  type       = "amazon"
  access_key = "key"
  secret_key = "only-for-this-sandbox"
}

resource "veeam_cloud_credentials" "azure" {
  type       = "azure_storage"
  account    = "agentsazure"
  secret_key = data.azurerm_storage_account.azure.primary_access_key
}

resource "veeam_amazon_s3_repository" "amazon" {
  name = "Agents EU"

  account {
    credentials_id = veeam_cloud_credentials.keys.id
  }

  bucket {
    name      = aws_s3_bucket.amazon.bucket
    region_id = aws_s3_bucket.amazon.region
    folder    = "agents"
  }
}

resource "veeam_s3_compatible_repository" "minio" {
  name = "Agents MinIO"

  account {
    service_point  = "https://minio.example.com"
    region_id      = "us-east-1"
    credentials_id = veeam_cloud_credentials.keys.id
  }

  bucket {
    name   = s3_bucket.minio.bucket
    folder = "agents"
  }

  connection {
    mode               = "selected_gateway"
    gateway_server_ids = [data.veeam_backup_server.this.id, veeam_managed_server.gateway.id]
  }
}

resource "veeam_azure_blob_repository" "azure" {
  name = "Agents Azure"

  account {
    credentials_id = veeam_cloud_credentials.azure.id
  }

  container {
    name   = "backups"
    folder = "agents"
  }
}

data "veeam_backup_server" "this" {}

resource "veeam_credentials" "gateway" {
  username = "admin"
  password = "only-for-this-sandbox"
}

resource "veeam_managed_server" "gateway" {
  type           = "windows"
  name           = "gateway2.example.com"
  credentials_id = veeam_credentials.gateway.id
}

resource "veeam_scale_out_repository" "all" {
  name = "Scale-out"

  performance_extent {
    repository_id = veeam_amazon_s3_repository.amazon.id
  }
}

resource "veeam_protection_group" "agents" {
  name = "Agents"

  computer {
    host_name       = "pc01"
    connection_type = "certificate"
  }
}

resource "veeam_agent_backup_policy" "minio" {
  name                 = "Laptops to MinIO"
  os                   = "windows"
  policy_type          = "workstation"
  backup_mode          = "entire_computer"
  protection_group_ids = [veeam_protection_group.agents.id]

  destination {
    repository_id = veeam_s3_compatible_repository.minio.id
  }
}

resource "veeam_agent_backup_policy" "scale_out" {
  name                 = "Laptops to the scale-out repository"
  os                   = "windows"
  policy_type          = "workstation"
  backup_mode          = "entire_computer"
  protection_group_ids = [veeam_protection_group.agents.id]

  destination {
    repository_id = veeam_scale_out_repository.all.id
  }
}
