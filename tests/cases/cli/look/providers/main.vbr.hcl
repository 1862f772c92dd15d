vbrprov {
  required_providers {
    aws = { version = ">= 0.1" }
  }
}

resource "vbrprov_data" "a" {
}
