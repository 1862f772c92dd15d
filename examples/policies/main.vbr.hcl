# A bucket, the user that Veeam signs in as, and exactly the permissions that it needs.

provider "aws" {
  region = "eu-central-1"
}

resource "aws_s3_bucket" "backup" {
  bucket              = "agents-backup"
  object_lock_enabled = true
}

resource "aws_iam_user" "veeam" {
  name = "veeam-repository"
}

data "veeam_permission_policy" "repository" {
  vendor       = "aws"
  purpose      = "repository"
  buckets      = [aws_s3_bucket.backup.bucket]
  folder       = "agents"
  immutability = true
  tls_only     = true
  hardened     = true
}

resource "aws_iam_policy" "repository" {
  name   = "veeam-repository"
  policy = data.veeam_permission_policy.repository.json
}

resource "aws_iam_user_policy_attachment" "repository" {
  user       = aws_iam_user.veeam.name
  policy_arn = aws_iam_policy.repository.arn
}

output "reasons" {
  value = data.veeam_permission_policy.repository.reasons
}
