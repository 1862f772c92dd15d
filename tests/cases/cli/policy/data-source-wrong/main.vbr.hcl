variable "vendor" {
  type    = string
  default = "aws"
}

variable "purpose" {
  type    = string
  default = "repository"
}

variable "bucket" {
  type    = string
  default = "agents-backup"
}

variable "folder" {
  type    = string
  default = "site1"
}

variable "tls_only" {
  type    = bool
  default = true
}

data "veeam_permission_policy" "this" {
  vendor   = var.vendor
  purpose  = var.purpose
  buckets  = [var.bucket]
  folder   = var.folder
  tls_only = var.tls_only
}
