variable "bucket" {
  type        = string
  default     = "ibm-backups"
  description = "Name of the bucket; unique in all of IBM Cloud Object Storage."
}

variable "deletion_policy" {
  type        = string
  default     = "PREVENT"
  description = "PREVENT protects instance, bucket and repository from being destroyed; DELETE does not."
}
