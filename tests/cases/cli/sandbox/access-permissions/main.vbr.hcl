variable "by_kms" {
  default = false
}

variable "policy" {
  default = "allow_explicit"
}

resource "veeam_encryption_password" "a" {
  hint     = "the one in the safe"
  password = "only-for-this-sandbox"
}

resource "veeam_cloud_credentials" "a" {
  type       = "amazon"
  access_key = "key"
  secret_key = "only-for-this-sandbox"
}

resource "veeam_wasabi_repository" "a" {
  name            = "Agents"
  deletion_policy = "DELETE"

  account {
    region_id      = "eu-central-1"
    credentials_id = veeam_cloud_credentials.a.id
  }

  bucket {
    name   = "backups"
    folder = "agents"
  }
}

resource "veeam_repository_access_permissions" "a" {
  repository_id = veeam_wasabi_repository.a.id
  policy        = var.policy

  dynamic "account" {
    for_each = var.policy == "allow_explicit" ? ["CORP\\admins", "CORP\\desk"] : []
    content {
      name = account.value
    }
  }

  encryption {
    password_id   = var.by_kms ? null : veeam_encryption_password.a.id
    kms_server_id = var.by_kms ? "11111111-1111-4111-8111-111111111111" : null
  }
}
