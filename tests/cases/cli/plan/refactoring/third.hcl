resource "vbrprov_data" "b" {
  input = "second"
}

resource "vbrprov_data" "c" {}

moved {
  from = vbrprov_data.b
  to   = vbrprov_data.c
}
