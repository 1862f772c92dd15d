variable "suffix" {
  default = "one"
}

resource "vbrprov_data" "same" {}

resource "vbrprov_data" "changed" {
  input = "new"
}

resource "vbrprov_data" "each" {
  for_each = toset(["x", "y"])
}

import {
  to = vbrprov_data.same
  id = "id-${var.suffix}"
}

import {
  to = vbrprov_data.changed
  id = "id-changed"
}

import {
  for_each = { x = "id-x", y = "id-y" }
  to       = vbrprov_data.each[each.key]
  id       = each.value
}
