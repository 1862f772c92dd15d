variable "names" {
  type    = list(string)
  default = ["a", "b"]
}

resource "vbrprov_data" "source" {
  input = var.names
}

resource "vbrprov_data" "each" {
  for_each = toset(vbrprov_data.source.output)
  input    = each.key
}

resource "vbrprov_data" "user" {
  input = [for key, one in vbrprov_data.each : one.id]
}

module "counted" {
  source = "./m"
  count  = length(vbrprov_data.source.output)
}

output "keys" {
  value = keys(vbrprov_data.each)
}
