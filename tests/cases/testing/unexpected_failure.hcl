run "first" {
  variables {
    x = "bad"
  }
  expect_failures = [output.o]
}
