resource "vbrprov_data" "a" {
  input = vbrprov_data.c.output
}

resource "vbrprov_data" "b" {
  input = vbrprov_data.a.output
}

resource "vbrprov_data" "c" {
  input = local.from_b
}

locals {
  from_b = vbrprov_data.b.output
}
