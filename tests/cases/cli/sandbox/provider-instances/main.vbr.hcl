variable "regions" {
  type    = map(string)
  default = { home = "us-east-1", far = "eu-west-1" }
}

variable "used" {
  type    = set(string)
  default = ["home", "far"]
}

provider "aws" {
  alias    = "by_region"
  for_each = var.regions
  region   = each.value
}

resource "aws_s3_bucket" "b" {
  for_each        = var.used
  provider        = aws.by_region[each.key]
  bucket          = "backup-of-${each.key}"
  deletion_policy = "DELETE"
}

module "m" {
  source    = "./m"
  for_each  = var.used
  providers = { aws = aws.by_region[each.key] }
  name      = "inner-of-${each.key}"
}

output "regions" {
  value = { for key, bucket in aws_s3_bucket.b : key => bucket.region }
}
