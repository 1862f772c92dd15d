variable "password_version" {
  default = 1
}

ephemeral "vbrprov_random_password" "a" {
  length  = 30
  special = false
}

resource "veeam_credentials" "a" {
  type             = "standard"
  username         = "LAB\\backup"
  password         = ephemeral.vbrprov_random_password.a.result
  password_version = var.password_version
}
