variables {
  bucket = "a-bucket-for-tests"
}

run "made" {
  assert {
    condition     = output.region == "eu-west-2"
    error_message = "The region is ${output.region}."
  }
}

run "same" {
  command = plan
  assert {
    condition     = output.region == run.made.region
    error_message = "The region is another one."
  }
}
