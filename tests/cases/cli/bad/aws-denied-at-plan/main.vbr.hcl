provider "aws" {
  region = "us-east-1"
}

data "aws_s3_bucket" "existing" {
  bucket = "denied-backup"
}

resource "aws_iam_user" "a" {
  name = "reader-of-${data.aws_s3_bucket.existing.bucket}"
}
