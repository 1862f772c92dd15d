variable "folder" {
  default = "agents"
}

variable "description" {
  default = "Minio"
}

resource "veeam_cloud_credentials" "key" {
  type       = "amazon"
  access_key = "AKIDEXAMPLE"
  secret_key = "only-for-this-sandbox"
}

resource "veeam_encryption_password" "tier" {
  hint     = "The usual place"
  password = "another-one-of-those"
}

resource "veeam_s3_compatible_repository" "fast" {
  for_each = toset(["one", "two"])
  name     = "fast-${each.key}"
  vendor   = "minio"

  account {
    service_point  = "https://minio.example"
    region_id      = "us-east-1"
    credentials_id = veeam_cloud_credentials.key.id
  }

  bucket {
    name   = "veeam"
    folder = "${each.key}-${var.folder}"
  }

  description = var.description
}

resource "veeam_s3_compatible_repository" "below" {
  name = "below"

  account {
    service_point  = "https://minio.example"
    region_id      = "us-east-1"
    credentials_id = veeam_cloud_credentials.key.id
  }

  bucket {
    name   = "veeam"
    folder = "capacity"
  }

  immutability {
    days = 30
  }
}

resource "veeam_scale_out_repository" "all" {
  name = "all"

  dynamic "performance_extent" {
    for_each = veeam_s3_compatible_repository.fast
    content {
      repository_id = performance_extent.value.id
    }
  }

  capacity_tier {
    copy_backups = true

    extent {
      repository_id = veeam_s3_compatible_repository.below.id
    }

    offload_window {
      day   = "sunday"
      hours = [20, 21, 22, 23]
    }

    encryption {
      password_id = veeam_encryption_password.tier.id
    }
  }
}

data "veeam_repository" "one" {
  id = veeam_s3_compatible_repository.fast["one"].id
}

output "extent_of" {
  value = data.veeam_repository.one.storage
}
