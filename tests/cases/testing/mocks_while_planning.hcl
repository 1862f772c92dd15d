mock_provider "terraform" {
  override_during = plan
  mock_resource "terraform_data" {
    defaults = {
      output = "mocked"
      id     = "early"
    }
  }
}
run "first" {
  command = plan
  assert {
    condition     = terraform_data.a.output == "mocked" && module.m.out == "mocked"
    error_message = "wrong"
  }
  assert {
    condition     = terraform_data.a.id == "early"
    error_message = "wrong"
  }
}
