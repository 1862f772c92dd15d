resource "vem_credentials" "a" {
  username = "x"
}
