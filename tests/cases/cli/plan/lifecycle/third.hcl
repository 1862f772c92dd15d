resource "vbrprov_data" "kept" {
  input = "w"

  lifecycle {
    prevent_destroy = false
  }
}

resource "vbrprov_data" "checked" {
  input = "z"

  lifecycle {
    precondition {
      condition     = vbrprov_data.kept.output == "x"
      error_message = "It must be x."
    }
  }
}

resource "vbrprov_data" "made" {
  input = "made"

  lifecycle {
    postcondition {
      condition     = self.output == "something else"
      error_message = "It came out wrong."
    }
  }
}

resource "vbrprov_data" "after" {
  input = vbrprov_data.made.output
}
