resource "vbrprov_data" "a" {
  input = "x"
}
