provider "aws" {
  region = "us-east-1"
}

variable "bucket" {
  default = "never-made"
}

resource "aws_s3_bucket" "a" {
  bucket          = "looked-at"
  deletion_policy = "DELETE"
}

check "there" {
  data "aws_s3_bucket" "other" {
    bucket = var.bucket
  }

  assert {
    condition     = data.aws_s3_bucket.other.region == "eu-north-1"
    error_message = "It lies in ${data.aws_s3_bucket.other.region}."
  }
}
