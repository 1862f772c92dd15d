provider "aws" {
  region = "us-east-1"
}

variable "servers" {
  default = 1
}

data "veeam_backup_server" "this" {}

resource "aws_s3_bucket" "a" {
  bucket          = "recorded-backup"
  deletion_policy = "DELETE"

  attest {
    rule    = "VBR014"
    reason  = "Checked in the console."
    expires = "2099-01-31"
  }
}

resource "veeam_cloud_credentials" "a" {
  type       = "amazon"
  access_key = "key"
  secret_key = "only-for-this-sandbox"
}

# vbrprov:ignore VBR004 reason="One server is enough here."
resource "veeam_amazon_s3_repository" "a" {
  name            = "Recorded"
  deletion_policy = "DELETE"

  account {
    credentials_id = veeam_cloud_credentials.a.id
  }

  bucket {
    name      = aws_s3_bucket.a.bucket
    region_id = aws_s3_bucket.a.region
    folder    = "agents"
  }

  connection {
    mode               = "selected_gateway"
    gateway_server_ids = [data.veeam_backup_server.this.id]
  }
}

# Not there yet: an audit is about what exists.
resource "veeam_credentials" "later" {
  count = var.servers - 1

  username = "later"
  password = "only-for-this-sandbox"
}
