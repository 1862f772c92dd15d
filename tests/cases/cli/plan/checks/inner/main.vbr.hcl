variable "name" {}

check "name" {
  assert {
    condition     = var.name == "a"
    error_message = "The name is ${var.name}."
  }
}
