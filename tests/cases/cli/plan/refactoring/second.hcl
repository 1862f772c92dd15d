resource "vbrprov_data" "b" {
  input = "second"
}

moved {
  from = vbrprov_data.a
  to   = vbrprov_data.b
}

resource "vbrprov_data" "list" {
  for_each = toset(["one", "two"])
}

moved {
  from = vbrprov_data.list[0]
  to   = vbrprov_data.list["one"]
}

moved {
  from = vbrprov_data.list[1]
  to   = vbrprov_data.list["two"]
}

module "n" {
  source = "./child"
}

moved {
  from = module.m
  to   = module.n
}
