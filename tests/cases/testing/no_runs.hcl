variables {
  x = 1
}
