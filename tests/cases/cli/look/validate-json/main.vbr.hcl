variable "name" {
  default = "zürich"
}

locals {
  sizes = { small = 1, large = 3 }
}

output "wrong" {
  value = "ü: ${upper(local.sizes)}" + var.name
}

resource "vbrprov_data" "thing" {
  inputt = local.sizes.medium
}
