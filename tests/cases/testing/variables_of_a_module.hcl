variables {
  n = "unused by the root"
}
run "setup" {
  module {
    source = "./setup"
  }
}
run "root" {
  variables {
    x = "${run.setup.name}-${var.n}"
  }
  assert {
    condition     = output.o == "setup-unused by the root-unused by the root" && var.n != ""
    error_message = "o is ${output.o}"
  }
}
