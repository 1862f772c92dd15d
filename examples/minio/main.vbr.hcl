# A repository on a MinIO of one's own: the bucket, a user who may do just what Veeam needs, a key of
# that user, and the repository that uses it.

vbrprov {
  required_version = ">= 0.1"
}

provider "s3" {
  vendor     = "minio"
  endpoint   = var.endpoint
  access_key = var.admin_access_key
  secret_key = var.admin_secret_key
}

provider "veeam" {}

# --- MinIO ----------------------------------------------------------------------------------------

# What the store says of itself; object lock must be there.
data "s3_capability" "store" {}

check "object_lock" {
  assert {
    condition     = data.s3_capability.store.object_lock != false
    error_message = "The store has no object lock, so its backups cannot be immutable."
  }
}

resource "s3_bucket" "backup" {
  bucket              = var.bucket
  object_lock_enabled = true
  deletion_policy     = var.deletion_policy
}

resource "s3_minio_policy" "backup" {
  name = "${var.bucket}-veeam"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Bucket"
        Effect = "Allow"
        Action = [
          "s3:GetBucketLocation",
          "s3:GetBucketObjectLockConfiguration",
          "s3:GetBucketVersioning",
          "s3:HeadBucket",
          "s3:ListBucket",
          "s3:ListBucketVersions",
        ]
        Resource = [s3_bucket.backup.arn]
      },
      {
        Sid    = "Objects"
        Effect = "Allow"
        Action = [
          "s3:DeleteObject",
          "s3:DeleteObjectVersion",
          "s3:GetObject",
          "s3:GetObjectLegalHold",
          "s3:GetObjectRetention",
          "s3:GetObjectVersion",
          "s3:PutObject",
          "s3:PutObjectLegalHold",
          "s3:PutObjectRetention",
        ]
        Resource = ["${s3_bucket.backup.arn}/*"]
      },
    ]
  })
}

# Nobody logs in as the user: its password is made up and forgotten.
ephemeral "vbrprov_random_password" "user" {
  length = 32
}

resource "s3_minio_user" "backup" {
  name              = "${var.bucket}-veeam"
  secret_wo         = ephemeral.vbrprov_random_password.user.result
  secret_wo_version = 1
}

resource "s3_minio_user_policy_attachment" "backup" {
  user_name   = s3_minio_user.backup.name
  policy_name = s3_minio_policy.backup.name
}

resource "s3_minio_service_account" "backup" {
  target_user = s3_minio_user.backup.name
  description = "Veeam Backup & Replication"
  depends_on  = [s3_minio_user_policy_attachment.backup]
}

# --- Veeam Backup & Replication -------------------------------------------------------------------

# The secret goes from MinIO to Veeam in memory. It is never written anywhere.
resource "veeam_cloud_credentials" "backup" {
  type        = "amazon"
  description = "Key of ${s3_minio_user.backup.name}"
  access_key  = s3_minio_service_account.backup.access_key
  secret_key  = s3_minio_service_account.backup.secret_key
}

resource "veeam_s3_compatible_repository" "backup" {
  name            = "Backups on MinIO"
  description     = "Managed by vbrprov"
  vendor          = "minio"
  deletion_policy = var.deletion_policy

  account {
    service_point  = s3_bucket.backup.endpoint
    region_id      = s3_bucket.backup.region
    credentials_id = veeam_cloud_credentials.backup.id
  }

  bucket {
    name   = s3_bucket.backup.bucket
    folder = "backups"
  }

  connection {
    mode = "direct"
  }

  immutability {
    enabled = true
    days    = 14
  }
}
