provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "a" {
  bucket = "adopted-backup"
  tags   = { purpose = "veeam" }

  versioning {
    status = "Enabled"
  }
}

resource "aws_iam_user" "a" {
  name = "adopted-user"
}

resource "aws_iam_user" "former" {
  name = "moved-user"
}
