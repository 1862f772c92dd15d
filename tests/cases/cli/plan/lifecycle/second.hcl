resource "vbrprov_data" "other" {
  input = "z"
}
