resource "vbrprov_data" "a" {
  input            = "x"
  triggers_replace = "t"
  input            = "y"
}
