resource "vbrprov_data" "a" {
  input = "first"
}

resource "vbrprov_data" "list" {
  count = 2
}

module "m" {
  source = "./child"
}
