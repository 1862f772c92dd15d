provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "a" {
  bucket              = "wrong-type-backup"
  object_lock_enabled = "perhaps"
}
