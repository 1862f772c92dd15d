override_resource {
  target = terraform_data.a
  values = {
    id = [1]
  }
}
run "first" {
}
