variable "password" {
  type      = string
  default   = "hidden-in-every-plan"
  sensitive = true
}

resource "vbrprov_data" "plain" {
  input = "one"
}

resource "vbrprov_data" "triggered" {
  input            = { name = "disk", size = 10 }
  triggers_replace = ["first"]
}

resource "vbrprov_data" "each" {
  for_each = { north = 1, south = 2 }
  input    = each.value
}

resource "vbrprov_data" "secret" {
  input = "user:${var.password}"
}

output "plain" {
  value = vbrprov_data.plain.output
}

output "size" {
  value = vbrprov_data.triggered.output.size
}

output "secret" {
  value     = vbrprov_data.secret.output
  sensitive = true
}
