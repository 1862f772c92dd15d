run "first" {
  assert {
    condition     = terraform_data.a.input
    error_message = "x"
  }
}
run "second" {
}
