resource "vbrprov_data" "bucket" {
  input = "x"
}

resource "vbrprov_data" "user" {
  input = vbrprov_data.buket.output
}
