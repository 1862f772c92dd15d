variable "from_default" {
  default = "default"
}

variable "from_file" {
  type      = string
  sensitive = true
}

variable "from_option" {
  type      = string
  sensitive = true
}

variable "plain_from_file" {
  type = number
}

resource "vbrprov_data" "a" {
  input = [var.from_default, var.plain_from_file]
}

resource "vbrprov_data" "b" {
  input = "${var.from_file}-${var.from_option}"
}

output "default" {
  value = var.from_default
}
