resource "vbrprov_data" "keep" {}

resource "vbrprov_data" "leave" {
  count = 2
  input = count.index
}

resource "vbrprov_data" "drop" {}
