resource "vbrprov_data" "inner" {
}
