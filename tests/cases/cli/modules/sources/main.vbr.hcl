module "registry" {
  source  = "hashicorp/consul/aws"
  version = "~> 0.1"
}

module "bare" {
  source = "site"
}

module "bucket" {
  source = "s3::https://example.com/module.zip"
}

module "version" {
  source  = "./part"
  version = "1.0.0"
}

module "late" {
  source = vbrprov_data.where.output
}

resource "vbrprov_data" "where" {
  input = "./part"
}

module "escape" {
  source = "./part.tar"
}
