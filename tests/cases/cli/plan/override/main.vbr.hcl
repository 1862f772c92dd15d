variable "word" {
  type    = string
  default = "base"
}

resource "vbrprov_data" "a" {
  input            = var.word
  triggers_replace = "base"

  lifecycle {
    ignore_changes = [triggers_replace]
  }
}

output "word" {
  value = "${var.word} ${local.suffix}"
}

locals {
  suffix = "base"
}
