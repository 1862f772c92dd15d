provider "aws" {
  region = "eu-west-1"
}

variable "bucket" {
  validation {
    condition     = length(var.bucket) > 5
    error_message = "The name \"${var.bucket}\" is too short."
  }
}

resource "aws_s3_bucket" "backup" {
  bucket          = var.bucket
  deletion_policy = "DELETE"
}

output "region" {
  value = aws_s3_bucket.backup.region
}
