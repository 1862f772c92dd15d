variable "bucket" {
  type        = string
  default     = "quickstart-agents-backup"
  description = "Name of the bucket; unique in all of Amazon S3."
}

variable "computers" {
  type        = set(string)
  default     = ["ws-01.lab.example", "ws-02.lab.example"]
  description = "The computers to protect."
}

variable "computer_password" {
  type        = string
  default     = "only-for-the-sandbox"
  description = "Password of the account that installs the agents."
  sensitive   = true
}

variable "deletion_policy" {
  type        = string
  default     = "PREVENT"
  description = "PREVENT protects the bucket and the repository from being destroyed; DELETE does not."
}

variable "purge_lifecycle_rules" {
  type        = bool
  default     = false
  description = "Remove lifecycle rules that somebody else put on the bucket."
}
