variable "kind" {
  default = "zip"
}

module "site" {
  for_each = toset(["a", "b"])
  source   = "./site.${var.kind}//module"
  name     = each.key
}

output "names" {
  value = { for key, site in module.site : key => site.name }
}
