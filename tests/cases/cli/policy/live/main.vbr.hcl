provider "aws" {
  region = "eu-central-1"
}

provider "s3" {
  vendor     = "minio"
  endpoint   = "https://minio.example.com"
  access_key = "admin"
  secret_key = var.password
}

variable "password" {
  type      = string
  sensitive = true
}

locals {
  listing = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:GetBucketLocation"]
      Resource = "arn:aws:s3:::live-backup"
    }]
  })
}

resource "aws_s3_bucket" "backup" {
  bucket          = "live-backup"
  deletion_policy = "DELETE"
}

resource "aws_s3_bucket_policy" "backup" {
  bucket = aws_s3_bucket.backup.bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Office"
      Effect    = "Deny"
      Principal = { AWS = aws_iam_user.backup.arn }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::live-backup/Veeam/*"
    }]
  })
}

resource "aws_iam_user" "backup" {
  name = "live-user"
}

resource "aws_iam_policy" "own" {
  name = "live-own"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      Resource = "arn:aws:s3:::live-backup/*"
    }]
  })
}

resource "aws_iam_user_policy_attachment" "own" {
  user       = aws_iam_user.backup.name
  policy_arn = aws_iam_policy.own.arn
}

resource "aws_iam_group" "listing" {
  name = "live-group"
}

resource "aws_iam_group_policy" "listing" {
  group  = aws_iam_group.listing.name
  name   = "listing"
  policy = local.listing
}

resource "aws_iam_user_group_membership" "backup" {
  user   = aws_iam_user.backup.name
  groups = [aws_iam_group.listing.name]
}

resource "s3_minio_policy" "listing" {
  name   = "live-listing"
  policy = local.listing
}

resource "s3_minio_user" "backup" {
  name      = "live-minio"
  secret_wo = var.password
}

resource "s3_minio_user_policy_attachment" "backup" {
  user_name   = s3_minio_user.backup.name
  policy_name = s3_minio_policy.listing.name
}
