variable "days" {
  type = number
}

resource "vbrprov_data" "a" {
  input = var.days
}
