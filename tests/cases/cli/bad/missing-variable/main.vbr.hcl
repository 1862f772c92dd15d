variable "bucket" {
  type        = string
  description = "Name of the bucket."
}

resource "vbrprov_data" "a" {
  input = var.bucket
}
