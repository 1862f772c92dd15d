provider "s3" {
  vendor     = "ceph"
  endpoint   = "https://rgw.example.com"
  region     = "site-1"
  access_key = "root"
  secret_key = "only-for-the-sandbox"
}

variable "lock" {
  default = true
}

resource "s3_bucket" "backup" {
  bucket              = "ceph-backup"
  object_lock_enabled = var.lock
  deletion_policy     = "DELETE"
}

data "veeam_permission_policy" "backup" {
  vendor       = "ceph"
  purpose      = "repository"
  buckets      = [s3_bucket.backup.bucket]
  immutability = true
}

resource "s3_iam_user" "backup" {
  name = "veeam-ceph"
}

resource "s3_iam_user_policy" "backup" {
  user   = s3_iam_user.backup.name
  name   = "veeam"
  policy = data.veeam_permission_policy.backup.json
}

resource "s3_iam_access_key" "backup" {
  user = s3_iam_user.backup.name
}

resource "veeam_cloud_credentials" "backup" {
  type       = "amazon"
  access_key = s3_iam_access_key.backup.id
  secret_key = s3_iam_access_key.backup.secret
}
