resource "vbrprov_data" "gone" {
  input = 1
}

resource "vbrprov_data" "here" {
  inptu      = 2
  depends_on = [vbrprov_data.gone]
}

moved {
  from = vbrprov_data.a
  to   = vbrprov_data.b
}
