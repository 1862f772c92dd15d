resource "vbrprov_data" "a" {
  input = "x"
}

output "id" {
  value = vbrprov_data.a.ids
}
