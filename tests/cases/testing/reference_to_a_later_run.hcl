run "first" {
  variables {
    x = run.second.o
  }
}
run "second" {
}
