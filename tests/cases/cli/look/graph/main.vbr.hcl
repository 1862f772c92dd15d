locals {
  id = vbrprov_data.first.id
}

resource "vbrprov_data" "first" {
}

resource "vbrprov_data" "second" {
  input = [local.id, vbrprov_data.first.output]
}

module "inner" {
  source = "./mod"
  given  = vbrprov_data.second.id
}
