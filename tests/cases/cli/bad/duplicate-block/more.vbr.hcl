# In another file.
resource "vbrprov_data" "a" {
  input = "z"
}
