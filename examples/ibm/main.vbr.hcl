# A repository on IBM Cloud Object Storage: the instance, the bucket, an identity for Veeam that
# reaches this one bucket, its HMAC key, and the repository that uses it.

vbrprov {
  required_version = ">= 0.1"
}

provider "ibm" {}

provider "veeam" {}

# --- IBM Cloud ------------------------------------------------------------------------------------

data "ibm_resource_group" "this" {}

resource "ibm_resource_instance" "cos" {
  name              = "backups"
  resource_group_id = data.ibm_resource_group.this.id
  deletion_policy   = var.deletion_policy
}

resource "ibm_cos_bucket" "backup" {
  bucket_name          = var.bucket
  resource_instance_id = ibm_resource_instance.cos.id
  region_location      = "us-south"
  storage_class        = "smart"
  object_lock          = true
  deletion_policy      = var.deletion_policy
}

resource "ibm_iam_service_id" "veeam" {
  name = "veeam"
}

# The service id may write to the one bucket, and to nothing else.
resource "ibm_iam_service_policy" "veeam" {
  iam_id = ibm_iam_service_id.veeam.iam_id
  roles  = ["Writer"]

  resources {
    resource_instance_id = ibm_resource_instance.cos.guid
    resource_type        = "bucket"
    resource             = ibm_cos_bucket.backup.bucket_name
  }
}

# The key has no role of its own: it would have it on every bucket of the instance.
resource "ibm_resource_key" "veeam" {
  name                 = "veeam"
  resource_instance_id = ibm_resource_instance.cos.id
  service_id_crn       = ibm_iam_service_id.veeam.crn
  depends_on           = [ibm_iam_service_policy.veeam]
}

# --- Veeam Backup & Replication -------------------------------------------------------------------

# The secret goes from IBM to Veeam in memory. It is never written anywhere.
resource "veeam_cloud_credentials" "backup" {
  type       = "amazon"
  access_key = ibm_resource_key.veeam.hmac_access_key_id
  secret_key = ibm_resource_key.veeam.hmac_secret_access_key
}

resource "veeam_ibm_cloud_repository" "backup" {
  name            = "Backups on IBM"
  deletion_policy = var.deletion_policy

  account {
    service_point  = ibm_cos_bucket.backup.endpoint
    region_id      = "us-south"
    credentials_id = veeam_cloud_credentials.backup.id
  }

  bucket {
    name   = ibm_cos_bucket.backup.bucket_name
    folder = "backups"
  }

  connection {
    mode = "direct"
  }

  immutability {
    enabled = true
    days    = 14
  }
}
