locals {
  a = [1 2]
  b = 1
}
locals {
  c = "x
  d = 2
}
