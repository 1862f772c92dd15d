# One bucket and one repository for each site, in the region of the site.

vbrprov {
  required_version = ">= 0.1"
}

# One provider configuration for each region. A region stays in var.regions until the last site in
# it is destroyed: its buckets can be destroyed only through it.
provider "aws" {
  alias    = "by_region"
  for_each = var.regions
  region   = each.key
}

provider "veeam" {}

resource "veeam_cloud_credentials" "backup" {
  type               = "amazon"
  description        = "Key for the buckets of all sites"
  access_key         = var.access_key
  secret_key         = var.secret_key
  secret_key_version = 1
}

module "site" {
  source   = "./site"
  for_each = var.sites

  name           = each.key
  prefix         = var.prefix
  credentials_id = veeam_cloud_credentials.backup.id
  immutable_days = var.immutable_days

  providers = {
    aws   = aws.by_region[each.value]
    veeam = veeam
  }
}

# A warning, no error: the plan goes on.
check "regions_in_use" {
  assert {
    condition     = length(setsubtract(var.regions, values(var.sites))) == 0
    error_message = "No site is in ${join(", ", setsubtract(var.regions, values(var.sites)))}."
  }
}

output "repositories" {
  value       = { for name, site in module.site : name => site.repository_id }
  description = "Ids of the repositories in Veeam Backup & Replication, by site."
}
