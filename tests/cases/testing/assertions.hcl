run "first" {
  assert {
    condition     = output.o == "setup-q" && module.m.out == "x"
    error_message = "o is ${output.o}"
  }
  assert {
    condition     = terraform_data.a.output == var.s
    error_message = "is ${terraform_data.a.output}"
  }
}
run "second" {
  assert {
    condition     = var.s == "nope"
    error_message = "hidden"
  }
}
run "third" {
  command = plan
  assert {
    condition     = terraform_data.a.output == "abc"
    error_message = "known already"
  }
  assert {
    condition     = module.m.out == "abc"
    error_message = "m is not"
  }
}
run "fourth" {
  variables {
    x = "another"
    y = 1
  }
  command = plan
  assert {
    condition     = terraform_data.a.output == "another"
    error_message = "known only after apply"
  }
}
