variable "n" {}
output "name" {
  value = "setup-${var.n}"
}
resource "terraform_data" "s" {}
