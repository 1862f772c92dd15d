# Twelve secrets at once; tests/harness/canary_stack.py says what they are and where they come from.

variable "in_variable" {
  type      = object({ word = string, list = list(string) })
  sensitive = true
}

variable "in_output" {
  sensitive = true
}

variable "aws_secret_key" {
  sensitive = true
}

variable "google_key" {
  sensitive = true
}

variable "written" {
  ephemeral = true
}

variable "told_by_a_server" {
  sensitive = true
}

variable "name" {
  sensitive = true
}

variable "for_module" {
  sensitive = true
}

variable "pin" {
  type      = number
  sensitive = true
}

variable "named" {
  type    = bool
  default = false
}

variable "note" {
  default = "first"
}

variable "aws_endpoint" {}
variable "google_endpoint" {}
variable "vbr_server" {}
variable "vbr_fingerprint" {}

provider "aws" {
  region            = "us-east-1"
  access_key        = "AKIACANARY0000000000"
  secret_key        = var.aws_secret_key
  s3_use_path_style = true

  endpoints {
    s3  = var.aws_endpoint
    iam = var.aws_endpoint
    sts = var.aws_endpoint
  }
}

provider "google" {
  project                             = "canary-project"
  credentials                         = var.google_key
  storage_custom_endpoint             = "${var.google_endpoint}/storage/v1/"
  iam_custom_endpoint                 = "${var.google_endpoint}/iam/v1/"
  resource_manager_v3_custom_endpoint = "${var.google_endpoint}/cloudresourcemanager/v3/"
}

# The password is in the environment.
provider "veeam" {
  server      = var.vbr_server
  fingerprint = var.vbr_fingerprint
  username    = "sandbox"
}

locals {
  file    = sensitive(file("${path.module}/secret.txt"))
  derived = { upper = upper(var.in_variable.word), part = substr(var.in_variable.word, 7, 12) }
}

ephemeral "vbrprov_random_password" "made" {
  length = 32
}

data "google_client_config" "this" {}

# An ordinary argument of the built-in type.
resource "vbrprov_data" "kept" {
  input = {
    word    = var.in_variable.word
    list    = var.in_variable.list
    derived = local.derived
    packed  = base64encode(jsonencode({ file = local.file, note = var.note }))
    gzip    = base64gzip(local.file)
    pin     = var.pin
  }
}

resource "vbrprov_data" "replaced" {
  triggers_replace = [var.in_variable.word, var.note]
}

resource "vbrprov_data" "each" {
  for_each = toset(["a", "b"])
  input    = "${each.key} ${var.in_output}"
}

# Ordinary arguments of a real object.
resource "aws_iam_user" "tagged" {
  name = "canary-user"
  tags = {
    note = var.note
    told = var.told_by_a_server
    part = local.derived.part
    hash = sha256(var.in_output)
  }
}

resource "aws_iam_user" "named" {
  count = var.named ? 1 : 0
  name  = "named-${var.name}"
}

resource "aws_iam_access_key" "a" {
  user = aws_iam_user.tagged.name
}

resource "veeam_cloud_credentials" "a" {
  type        = "amazon"
  description = "Key of ${aws_iam_user.tagged.name}, ${var.note}"
  access_key  = aws_iam_access_key.a.id
  secret_key  = aws_iam_access_key.a.secret
}

resource "google_service_account" "agent" {
  account_id = "canary-agent"
}

resource "google_storage_hmac_key" "agent" {
  service_account_email = google_service_account.agent.email
  keepers               = { note = var.note, word = var.in_variable.word }
}

resource "google_service_account_key" "agent" {
  service_account_id = google_service_account.agent.id
}

resource "veeam_credentials" "written" {
  username    = "LAB\\canary"
  description = "Written, ${var.note}"
  password    = var.written
}

resource "veeam_credentials" "ephemeral" {
  username         = "LAB\\ephemeral"
  description      = "Ephemeral"
  password         = ephemeral.vbrprov_random_password.made.result
  password_version = 1
}

resource "veeam_credentials" "file" {
  type                = "linux"
  username            = "canary"
  authentication_type = "ssh_key"
  private_key         = local.file
}

module "child" {
  source = "./child"
  secret = var.for_module
}

check "told" {
  assert {
    condition     = var.written == "nobody knows"
    error_message = "It is ${var.written}, not ${var.in_output}."
  }
}

output "secret" {
  value     = var.in_output
  sensitive = true
}

output "all" {
  value     = { word = var.in_variable.word, derived = local.derived, child = module.child.secret }
  sensitive = true
}

output "token" {
  value     = data.google_client_config.this.access_token
  sensitive = true
}

output "user" {
  value = aws_iam_user.tagged.name
}
