variable "x" {
  default = "abc"
  validation {
    condition     = length(var.x) > 2
    error_message = "too short: ${var.x}"
  }
}
variable "s" {
  default   = "sec"
  sensitive = true
}
resource "terraform_data" "a" {
  input = var.x
  lifecycle {
    precondition {
      condition     = var.x != "bad"
      error_message = "x is bad"
    }
    postcondition {
      condition     = self.output != "post"
      error_message = "post is bad"
    }
  }
}
check "c" {
  assert {
    condition     = var.x != "checked"
    error_message = "x is checked"
  }
}
module "m" {
  source = "./mod"
  in     = terraform_data.a.output
}
output "o" {
  value = terraform_data.a.output
  precondition {
    condition     = var.x != "out"
    error_message = "out is bad"
  }
}
