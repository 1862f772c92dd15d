run "first" {
}
run "second" {
  variables {
    x = "not used"
  }
  plan_options {
    mode = refresh-only
  }
  assert {
    condition     = terraform_data.a.output == "abc" && output.o == "abc"
    error_message = "a is ${terraform_data.a.output}"
  }
}
