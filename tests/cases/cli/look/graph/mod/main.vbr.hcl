variable "given" {
}

resource "vbrprov_data" "third" {
  input = var.given
}
