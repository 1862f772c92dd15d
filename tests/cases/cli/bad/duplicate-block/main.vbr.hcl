resource "vbrprov_data" "a" {
  input = "x"
}

resource "vbrprov_data" "b" {
  input = "y"
}
