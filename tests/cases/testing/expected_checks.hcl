run "apply" {
  variables {
    x = "checked"
  }
  expect_failures = [check.c]
}
run "plan" {
  command = plan
  variables {
    x = "checked"
  }
  expect_failures = [check.c]
}
run "holds" {
  expect_failures = [check.c]
}
