# The storage of one site. The caller says in which region by the provider that it passes.

variable "name" {
  type        = string
  description = "Name of the site."
}

variable "prefix" {
  type        = string
  description = "Beginning of the name of the bucket."
}

variable "credentials_id" {
  type        = string
  description = "Id of the cloud credentials that may use the bucket."
}

variable "immutable_days" {
  type        = number
  description = "How long nobody can delete or change a backup."
}

locals {
  bucket = "${var.prefix}-${var.name}"
}

resource "aws_s3_bucket" "backup" {
  bucket              = local.bucket
  object_lock_enabled = true

  lifecycle {
    precondition {
      condition     = length(bucket_name_check("aws", local.bucket)) == 0
      error_message = join(" ", bucket_name_check("aws", local.bucket))
    }
  }
}

resource "veeam_amazon_s3_repository" "backup" {
  name = "Agents, ${var.name}"

  account {
    credentials_id = var.credentials_id
  }

  bucket {
    name      = aws_s3_bucket.backup.bucket
    region_id = aws_s3_bucket.backup.region
    folder    = "agents"
  }

  immutability {
    enabled = true
    days    = var.immutable_days
  }
}

output "bucket" {
  value       = aws_s3_bucket.backup.bucket
  description = "Name of the bucket."
}

output "repository_id" {
  value       = veeam_amazon_s3_repository.backup.id
  description = "Id of the repository."
}
