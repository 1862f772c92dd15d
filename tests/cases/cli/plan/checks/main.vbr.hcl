variable "v" {
  default = "x"
}

variable "hidden" {
  default   = "hush-hush"
  sensitive = true
}

resource "vbrprov_data" "a" {
  input = var.v
}

check "known" {
  assert {
    condition     = var.v == "y"
    error_message = "The value is ${var.v}."
  }
}

check "later" {
  assert {
    condition     = vbrprov_data.a.output == "y"
    error_message = "What was made is ${vbrprov_data.a.output}."
  }
}

check "secret" {
  assert {
    condition     = var.hidden == "y"
    error_message = "The secret is ${var.hidden}."
  }
}

module "each" {
  source   = "./inner"
  for_each = toset(["a", "b"])
  name     = each.key
}
