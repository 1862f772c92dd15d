run "first" {
  command = plan
  assert {
    condition     = terraform_data.b == "x"
    error_message = "x"
  }
}
run "second" {
}
