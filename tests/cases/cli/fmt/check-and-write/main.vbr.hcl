variable "name" {
type = "string"
  default="a"
}
locals {
  x    = "${var.name}" # as before 0.12
  longer=[1,2]
}
