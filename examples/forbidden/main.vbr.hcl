# What vbrprov refuses: a bucket that deletes backups behind Veeam's back.

provider "aws" {
  region = "us-east-1"
}

provider "veeam" {}

resource "aws_s3_bucket" "backup" {
  bucket              = "forbidden-agents-backup"
  object_lock_enabled = true

  # Only Veeam Backup & Replication may expire backups. Rule VBR014 refuses this.
  lifecycle_rule {
    id              = "delete-old-backups"
    expiration_days = 90
  }
}

resource "veeam_amazon_s3_repository" "backup" {
  name = "Agents on Amazon S3"

  account {
    credentials_id = "9a3f5cd8-0e5d-4a34-a5e5-1d3c3f2f2c11"
  }

  bucket {
    name      = aws_s3_bucket.backup.bucket
    region_id = "us-east-1"
    folder    = "agents"
  }

  # Direct mode has no gateway: rule VBR004 refuses the two together.
  connection {
    mode               = "direct"
    gateway_server_ids = ["6745a759-2205-4cd2-b172-8ec8f7e60ef8"]
  }

  immutability {
    enabled = true
    days    = 14
  }
}
