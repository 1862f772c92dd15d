resource "vbrprov_data" "x" {
  input = "inside"
}
