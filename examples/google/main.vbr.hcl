# Immutable backups of agents on Google Cloud Storage: bucket, identity, repository.
#
#   vbrprov apply -sandbox

provider "google" {
  project = var.project
}

provider "veeam" {}

variable "project" {
  description = "Id of the Google Cloud project."
  type        = string
  default     = "acme-backups"
}

variable "location" {
  description = "Region of the bucket, and of the repository."
  type        = string
  default     = "europe-west3"
}

# Object retention can be switched on at creation only. With it versioning is on, soft delete is
# off, public access is prevented, and IAM alone decides about access.
resource "google_storage_bucket" "backups" {
  name                    = "${var.project}-agents"
  location                = var.location
  enable_object_retention = true
  deletion_policy         = var.destroyable ? "DELETE" : "PREVENT"
}

resource "google_service_account" "vbr" {
  account_id   = "vbr-repository"
  display_name = "Veeam Backup & Replication"
}

# What an immutable repository needs, and nothing else.
# https://helpcenter.veeam.com/docs/vbr/userguide/required_permissions.html
resource "google_project_iam_custom_role" "vbr" {
  role_id = "veeamRepository"
  title   = "Veeam repository"
  permissions = [
    "storage.buckets.get", "storage.buckets.list",
    "storage.objects.create", "storage.objects.delete", "storage.objects.get",
    "storage.objects.list", "storage.objects.setRetention", "storage.objects.update",
  ]
}

# One member of one role: what others, VBR included, grant on the bucket stays.
resource "google_storage_bucket_iam_member" "vbr" {
  bucket = google_storage_bucket.backups.name
  role   = google_project_iam_custom_role.vbr.id
  member = google_service_account.vbr.member
}

# The secret goes to VBR in memory and is kept nowhere. Change a keeper to rotate it.
resource "google_storage_hmac_key" "vbr" {
  service_account_email = google_service_account.vbr.email
  keepers               = { rotation = var.rotation }
}

resource "veeam_cloud_credentials" "vbr" {
  type       = "google"
  access_key = google_storage_hmac_key.vbr.access_id
  secret_key = google_storage_hmac_key.vbr.secret
}

resource "veeam_google_cloud_repository" "agents" {
  name            = "Agents on Google"
  deletion_policy = var.destroyable ? "DELETE" : "PREVENT"

  account {
    credentials_id = veeam_cloud_credentials.vbr.id
    region_id      = var.location
  }

  bucket {
    name   = google_storage_bucket.backups.name
    folder = "agents"
  }

  immutability {
    enabled = true
    days    = 14
  }

  depends_on = [google_storage_bucket_iam_member.vbr]
}

variable "rotation" {
  description = "Any text; another one makes a new HMAC key."
  type        = string
  default     = "1"
}

variable "destroyable" {
  description = "Whether destroying takes bucket and repository with it."
  type        = bool
  default     = false
}
