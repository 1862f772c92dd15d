mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::mocked"
    }
  }
}

run "short_name" {
  command = plan
  variables {
    bucket = "abc"
  }
  expect_failures = [var.bucket]
}

run "mocked" {
  variables {
    bucket = "a-bucket-for-tests"
  }
  assert {
    condition     = aws_s3_bucket.backup.arn == "arn:aws:s3:::mocked"
    error_message = "The arn is ${aws_s3_bucket.backup.arn}."
  }
}
