provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_buckett" "a" {
  bucket = "x-backup"
}
