variable "in" {}
resource "terraform_data" "i" {
  input = var.in
}
output "out" {
  value = terraform_data.i.output
}
