provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "a" {
  bucket              = "judged-backup"
  object_lock_enabled = true
  deletion_policy     = "DELETE"
}

resource "aws_iam_user" "a" {
  name = "judged-user"
}

resource "aws_iam_access_key" "a" {
  user = aws_iam_user.a.name
}

resource "veeam_cloud_credentials" "a" {
  type       = "amazon"
  access_key = aws_iam_access_key.a.id
  secret_key = aws_iam_access_key.a.secret
}

resource "veeam_amazon_s3_repository" "a" {
  name            = "Judged"
  deletion_policy = "DELETE"

  account {
    credentials_id = veeam_cloud_credentials.a.id
  }

  bucket {
    name      = aws_s3_bucket.a.bucket
    region_id = aws_s3_bucket.a.region
    folder    = "agents"
  }

  connection {
    mode = "direct"
  }

  immutability {
    enabled = true
    days    = 14
  }
}
