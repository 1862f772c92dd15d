mock_provider "terraform" {
  mock_resource "terraform_data" {
    defaults = {
      output = "mocked"
    }
  }
}
run "first" {
  assert {
    condition     = terraform_data.a.output == "mocked" && length(terraform_data.a.id) == 8
    error_message = "wrong"
  }
}
run "again" {
  assert {
    condition     = terraform_data.a.output == "mocked" && output.o == run.first.o
    error_message = "wrong"
  }
}
run "replaced" {
  plan_options {
    replace = [terraform_data.a]
  }
  override_resource {
    target = terraform_data.a
    values = {
      id = "the id"
    }
  }
  assert {
    condition     = terraform_data.a.id == "the id"
    error_message = "wrong ${terraform_data.a.id}"
  }
}
