run "validation" {
  command = plan
  variables {
    x = "a"
  }
  expect_failures = [var.x]
}
run "precondition" {
  command = plan
  variables {
    x = "bad"
  }
  expect_failures = [terraform_data.a]
}
run "postcondition" {
  variables {
    x = "post"
  }
  expect_failures = [terraform_data.a]
}
run "missing" {
  expect_failures = [output.o]
}
run "too_early" {
  variables {
    x = "out"
  }
  expect_failures = [output.o]
}
run "skipped" {
}
