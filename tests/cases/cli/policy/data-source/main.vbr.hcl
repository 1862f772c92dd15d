variable "immutability" {
  type    = bool
  default = false
}

resource "vbrprov_data" "name" {
  input = "agents-later"
}

resource "aws_s3_bucket" "backup" {
  bucket = "agents-backup"
}

resource "aws_iam_user" "veeam" {
  name = "veeam"
}

data "veeam_permission_policy" "repository" {
  vendor       = "aws"
  purpose      = "repository"
  buckets      = [aws_s3_bucket.backup.bucket]
  folder       = "site1"
  tier         = "performance"
  immutability = var.immutability
  tls_only     = true
}

data "veeam_permission_policy" "later" {
  vendor  = "minio"
  purpose = "repository"
  buckets = [vbrprov_data.name.output]
}

resource "aws_iam_policy" "veeam" {
  name   = "veeam"
  policy = data.veeam_permission_policy.repository.json
}

output "policy" {
  value = jsondecode(data.veeam_permission_policy.repository.json)
}

output "why" {
  value = data.veeam_permission_policy.repository.reasons["s3:GetObject"]
}

output "later" {
  value = data.veeam_permission_policy.later.actions
}
