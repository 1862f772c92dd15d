variable "regions" {
  type        = set(string)
  default     = ["eu-central-1", "eu-west-1"]
  description = "The regions that have sites, or had one that is not destroyed yet."
}

variable "sites" {
  type = map(string)
  default = {
    dublin    = "eu-west-1"
    frankfurt = "eu-central-1"
  }
  description = "The region of each site."
}

variable "prefix" {
  type        = string
  default     = "example-agents"
  description = "Beginning of the names of all buckets."
}

variable "immutable_days" {
  type        = number
  default     = 14
  description = "How long nobody can delete or change a backup."

  validation {
    condition     = var.immutable_days >= 7
    error_message = "Backups are kept immutable for a week at least, not for ${var.immutable_days} days."
  }
}

variable "access_key" {
  type        = string
  default     = "AKIAIOSFODNN7EXAMPLE"
  description = "Id of the access key with which Veeam reaches the buckets."
}

variable "secret_key" {
  type        = string
  default     = "only-for-the-sandbox"
  description = "The key itself."
  sensitive   = true
}
