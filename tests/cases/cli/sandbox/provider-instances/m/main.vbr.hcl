variable "name" {}

resource "aws_s3_bucket" "inner" {
  bucket          = var.name
  deletion_policy = "DELETE"
}
