provider "aws" {
  region = "us-east-1"
}

resource "aws_iam_user" "a" {
  name = "spent-user"
}

resource "aws_iam_access_key" "a" {
  user = aws_iam_user.a.name
}

resource "aws_s3_bucket" "a" {
  bucket = "spent-backup"
  tags   = { key = aws_iam_access_key.a.secret }
}
