resource "vbrprov_data" "kept" {
  input = "x"

  lifecycle {
    prevent_destroy = true
  }
}

resource "vbrprov_data" "forgotten" {
  input = "y"

  lifecycle {
    destroy = false
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
