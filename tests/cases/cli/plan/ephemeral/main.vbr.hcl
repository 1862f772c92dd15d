variable "note" {
  type      = string
  ephemeral = true
}

ephemeral "vbrprov_random_password" "p" {
  length           = 24
  min_numeric      = 2
  min_special      = 2
  override_special = "#"

  lifecycle {
    postcondition {
      condition     = length(self.result) == 24 && length(regexall("#", self.result)) >= 2
      error_message = "That is no such password."
    }
  }
}

resource "vbrprov_data" "a" {
  lifecycle {
    precondition {
      condition     = "${var.note} ${ephemeral.vbrprov_random_password.p.result}" != ""
      error_message = "Never."
    }
  }
}
