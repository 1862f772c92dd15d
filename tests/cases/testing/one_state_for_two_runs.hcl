run "first" {
  state_key = "shared"
}
run "second" {
  state_key = "shared"
  assert {
    condition     = terraform_data.a.id != "" && output.o == run.first.o
    error_message = "wrong"
  }
}
run "third" {
  command = plan
  assert {
    condition     = terraform_data.a.id != ""
    error_message = "known"
  }
}
