resource "vbrprov_data" "bucket" {
  for_each = toset(["eu-1", "eu-2", "us-1"])
}

resource "vbrprov_data" "base" {
  count = 2
}

resource "vbrprov_data" "user" {
  input = vbrprov_data.base[0].id
}
