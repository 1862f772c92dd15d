provider "aws" {
  region = "us-east-1"
}

resource "aws_iam_access_key" "a" {
  user = "spent-user"
}

output "secret" {
  value     = aws_iam_access_key.a.secret
  sensitive = true
}
