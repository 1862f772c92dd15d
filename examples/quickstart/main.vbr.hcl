# Back up Windows computers straight to Amazon S3: the bucket, a user who may do just what Veeam
# needs, the credentials, the repository, the computers and the policy.

vbrprov {
  required_version = ">= 0.1"
}

provider "aws" {
  region = "us-east-1"
}

provider "veeam" {}

locals {
  folder = "agents"
}

# --- Amazon S3 ------------------------------------------------------------------------------------

resource "aws_s3_bucket" "backup" {
  bucket                = var.bucket
  object_lock_enabled   = true
  purge_lifecycle_rules = var.purge_lifecycle_rules
  deletion_policy       = var.deletion_policy
  tags                  = { purpose = "veeam" }
}

resource "aws_iam_policy" "backup" {
  name        = "${var.bucket}-veeam"
  description = "What Veeam Backup & Replication needs on ${var.bucket}, and nothing else"
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
          "s3:ListBucket",
          "s3:ListBucketVersions",
        ]
        Resource = aws_s3_bucket.backup.arn
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
        Resource = "${aws_s3_bucket.backup.arn}/*"
      },
      {
        # In direct mode Veeam makes one IAM user for each computer of a policy.
        Sid    = "AgentUsers"
        Effect = "Allow"
        Action = [
          "iam:AttachUserPolicy",
          "iam:CreateAccessKey",
          "iam:CreatePolicy",
          "iam:CreatePolicyVersion",
          "iam:CreateUser",
          "iam:DeleteAccessKey",
          "iam:DeletePolicy",
          "iam:DeletePolicyVersion",
          "iam:DeleteUser",
          "iam:DeleteUserPolicy",
          "iam:DetachUserPolicy",
          "iam:GetPolicy",
          "iam:GetPolicyVersion",
          "iam:GetUser",
          "iam:GetUserPolicy",
          "iam:ListAccessKeys",
          "iam:ListAttachedUserPolicies",
          "iam:ListPolicyVersions",
          "iam:ListUserPolicies",
          "iam:PutUserPolicy",
          "iam:SetDefaultPolicyVersion",
          "iam:SimulatePrincipalPolicy",
          "iam:TagUser",
        ]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_user" "backup" {
  name = "${var.bucket}-veeam"
}

resource "aws_iam_user_policy_attachment" "backup" {
  user       = aws_iam_user.backup.name
  policy_arn = aws_iam_policy.backup.arn
}

resource "aws_iam_access_key" "backup" {
  user       = aws_iam_user.backup.name
  depends_on = [aws_iam_user_policy_attachment.backup]
}

# --- Veeam Backup & Replication -------------------------------------------------------------------

data "veeam_backup_server" "this" {}

# The secret goes from the key to Veeam in memory. It is never written anywhere.
resource "veeam_cloud_credentials" "backup" {
  type        = "amazon"
  description = "Key of ${aws_iam_user.backup.name}"
  access_key  = aws_iam_access_key.backup.id
  secret_key  = aws_iam_access_key.backup.secret
}

resource "veeam_amazon_s3_repository" "backup" {
  name            = "Agents on Amazon S3"
  description     = "Managed by vbrprov"
  deletion_policy = var.deletion_policy

  account {
    credentials_id = veeam_cloud_credentials.backup.id
  }

  bucket {
    name      = aws_s3_bucket.backup.bucket
    region_id = aws_s3_bucket.backup.region
    folder    = local.folder
  }

  connection {
    mode = "direct"
  }

  immutability {
    enabled = true
    days    = 14
  }
}

resource "veeam_credentials" "computers" {
  type        = "standard"
  username    = "LAB\\backup"
  description = "Installs the agents"
  password    = var.computer_password
}

resource "veeam_protection_group" "workstations" {
  name        = "Workstations"
  description = "Managed by vbrprov"

  dynamic "computer" {
    for_each = var.computers

    content {
      host_name      = computer.value
      credentials_id = veeam_credentials.computers.id
    }
  }
}

resource "veeam_agent_backup_policy" "workstations" {
  name                 = "Workstations to Amazon S3"
  description          = "Managed by vbrprov"
  os                   = "windows"
  policy_type          = "workstation"
  protection_group_ids = [veeam_protection_group.workstations.id]

  destination {
    repository_id = veeam_amazon_s3_repository.backup.id
  }

  retention {
    type     = "days"
    quantity = 30
  }

  schedule {
    daily {
      at = "22:00"
    }
  }
}
