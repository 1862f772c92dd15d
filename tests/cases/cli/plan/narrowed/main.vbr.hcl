resource "vbrprov_data" "base" {
  input = "base"
}

resource "vbrprov_data" "middle" {
  input = vbrprov_data.base.output
}

resource "vbrprov_data" "top" {
  input = vbrprov_data.middle.output
}

resource "vbrprov_data" "other" {
  count = 2
  input = count.index
}
