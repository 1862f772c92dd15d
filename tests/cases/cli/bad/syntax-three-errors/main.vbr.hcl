resource "vbrprov_data" "first" {
  input = = "a"
}

resource "vbrprov_data" "second" {
  input = "b" "c"
}

resource "vbrprov_data" "third" {
  input = [1, 2
}

resource "vbrprov_data" "fourth" {
  input = "fine"
}
