variable "secret" {
  validation {
    condition     = length(var.secret) > 3
    error_message = "Not ${var.secret}."
  }
}

resource "vbrprov_data" "in_module" {
  input = { secret = var.secret }

  lifecycle {
    postcondition {
      condition     = length(var.secret) > 0
      error_message = "Not ${var.secret}."
    }
  }
}

resource "aws_iam_user" "in_module" {
  name = "canary-module"
  tags = { secret = urlencode(var.secret) }
}

output "secret" {
  value     = var.secret
  sensitive = true
}
