provider "veeam" {
  server   = "127.0.0.1:1"
  username = "administrator"
  password = "not-asked-for"
}

resource "veeam_credentials" "a" {
  type     = "standard"
  username = "LAB\\backup"
  password = "only-for-this-test"
}

data "veeam_backup_server" "this" {}
