resource "vbrprov_data" "here" {
  input = 1
}
