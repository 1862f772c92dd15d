provider "aws" {
  region = "eu-central-1"
}

variable "password" {
  default   = "only-for-this-sandbox"
  sensitive = true
}

resource "aws_s3_bucket" "a" {
  bucket = "lost-and-found"
}

resource "veeam_credentials" "hosts" {
  for_each    = toset(["first"])
  username    = "LAB\\${each.key}"
  description = "Found by its unique id"
  password    = var.password
}

resource "veeam_credentials" "new" {
  username = "LAB\\new"
  password = var.password
}

resource "aws_s3_bucket" "after" {
  bucket = "after-${veeam_credentials.new.id}"
}

resource "vbrprov_data" "note" {
  input = aws_s3_bucket.a.arn
}
