variable "endpoint" {
  type        = string
  default     = "https://minio.lab.example:9000"
  description = "URL of MinIO."
}

variable "admin_access_key" {
  type        = string
  default     = "only-for-the-sandbox"
  description = "Access key of an administrator of MinIO."
}

variable "admin_secret_key" {
  type        = string
  default     = "only-for-the-sandbox"
  description = "Secret key of the administrator."
  sensitive   = true
}

variable "bucket" {
  type        = string
  default     = "minio-backups"
  description = "Name of the bucket."
}

variable "deletion_policy" {
  type        = string
  default     = "PREVENT"
  description = "PREVENT protects the bucket and the repository from being destroyed; DELETE does not."
}
