variable "mode" {
  default = "shared_credentials"
}

resource "veeam_cloud_credentials" "a" {
  type       = "amazon"
  access_key = "key"
  secret_key = "only-for-this-sandbox"
}

resource "veeam_s3_compatible_repository" "a" {
  name            = "it's $(Get-Content x) '@"
  vendor          = "wasabi"
  deletion_policy = "DELETE"

  account {
    service_point  = "https://s3.example.com"
    region_id      = "us-east-1"
    credentials_id = veeam_cloud_credentials.a.id
  }

  bucket {
    name   = "backups"
    folder = "agents"
  }
}

resource "veeam_s3_agent_access" "main" {
  repository_id = veeam_s3_compatible_repository.a.id
  mode          = var.mode
  iam_endpoint  = var.mode == "iam_sts" ? "iam.example.com" : null
  sts_endpoint  = var.mode == "iam_sts" ? "sts.example.com" : null
}

resource "vbrprov_data" "policy" {
  input = veeam_s3_agent_access.main.mode

  depends_on = [veeam_s3_agent_access.main]
}
