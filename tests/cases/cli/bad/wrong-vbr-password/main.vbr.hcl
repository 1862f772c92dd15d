variable "url" {}
variable "fingerprint" {}
variable "username" {}

provider "veeam" {
  server      = var.url
  fingerprint = var.fingerprint
  username    = var.username
  password    = "surely-not-this-one"
}

data "veeam_backup_server" "this" {}

resource "veeam_credentials" "a" {
  type     = "standard"
  username = "LAB\\backup"
  password = "only-for-this-test"
}
