resource "vbrprov_data" "keep" {}

removed {
  from = vbrprov_data.leave

  lifecycle {
    destroy = false
  }
}

removed {
  from = vbrprov_data.drop
}
