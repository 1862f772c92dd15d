variable "password" {
  default   = "only-for-this-sandbox"
  sensitive = true
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "a" {
  bucket          = "drifting-backup"
  deletion_policy = "DELETE"
  tags            = { purpose = "veeam" }
}

resource "aws_iam_user" "a" {
  name = "drifting-user"
}

resource "veeam_credentials" "a" {
  type        = "standard"
  username    = "LAB\\backup"
  description = "Installs the agents"
  password    = var.password
}
