mock_provider "terraform" {
  source = "./mocks"
}
run "first" {
  assert {
    condition     = terraform_data.a.output == "from the file"
    error_message = "wrong"
  }
}
