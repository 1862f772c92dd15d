resource "vbrprov_data" "a" {
  inputs = "x"
}
