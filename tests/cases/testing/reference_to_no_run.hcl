run "first" {
  variables {
    x = run.none.o
  }
}
