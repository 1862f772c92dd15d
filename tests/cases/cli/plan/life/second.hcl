variable "password" {
  type      = string
  default   = "hidden-in-every-plan"
  sensitive = true
}

# Changed in place.
resource "vbrprov_data" "plain" {
  input = "two"
}

# Replaced.
resource "vbrprov_data" "triggered" {
  input            = { name = "disk", size = 20 }
  triggers_replace = ["second"]
}

# One destroyed, one untouched, one created.
resource "vbrprov_data" "each" {
  for_each = { north = 1, west = 3 }
  input    = each.value
}

# Untouched, though it is only known by its fingerprint.
resource "vbrprov_data" "secret" {
  input = "user:${var.password}"
}

output "plain" {
  value = vbrprov_data.plain.output
}

output "size" {
  value = vbrprov_data.triggered.output.size
}
