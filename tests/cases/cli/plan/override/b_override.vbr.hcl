variable "word" {
  default = "second"
}

resource "vbrprov_data" "a" {
  triggers_replace = "second"
}
