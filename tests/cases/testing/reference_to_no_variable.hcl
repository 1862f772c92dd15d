run "first" {
  variables {
    x = var.none
  }
}
