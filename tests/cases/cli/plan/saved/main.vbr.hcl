variable "word" {
  default = "first"
}

variable "password" {
  default   = "hidden-in-every-plan"
  sensitive = true
}

resource "vbrprov_data" "a" {
  input = var.word
}

resource "vbrprov_data" "b" {
  input = var.password
}
