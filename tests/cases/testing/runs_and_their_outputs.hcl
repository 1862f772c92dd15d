variables {
  x = "global"
}
run "first" {
  command = plan
  assert {
    condition     = terraform_data.a.input == "global"
    error_message = "wrong"
  }
}
run "setup" {
  module {
    source = "./setup"
  }
  variables {
    n = var.x
  }
}
run "second" {
  variables {
    x = run.setup.name
  }
  assert {
    condition     = output.o == "setup-global" && run.second.o == 1
    error_message = "o is ${output.o}"
  }
}
run "skipped" {
}
