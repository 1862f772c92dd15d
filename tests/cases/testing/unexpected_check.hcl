run "first" {
  variables {
    x = "checked"
  }
}
run "second" {
}
