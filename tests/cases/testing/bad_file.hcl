run "a" {
  bar = 1
}
run "b" {
  command = destroy
  assert {
    condition     = true
    error_message = "nothing is checked"
  }
}
foo {
}
