provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "a" {
  bucket          = "adopted-backup"
  deletion_policy = "DELETE"
  tags            = { purpose = "veeam" }

  versioning {
    status = "Enabled"
  }
}

resource "aws_iam_user" "a" {
  name = "adopted-user"
}

resource "veeam_credentials" "a" {
  type        = "standard"
  username    = "LAB\\backup"
  description = "Installs the agents"
  password    = "only-for-this-sandbox"
}

output "credentials" {
  value = veeam_credentials.a.id
}
