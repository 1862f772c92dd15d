# Run by `vbrprov test`. The mocks answer in place of Amazon and Veeam.

mock_provider "aws" {
  alias = "by_region"

  # Guardrails judge the mocked bucket too: without this, they see text that was made up.
  mock_resource "aws_s3_bucket" {
    defaults = {
      versioning = { status = "Enabled" }
    }
  }
}

mock_provider "veeam" {
  mock_resource "veeam_amazon_s3_repository" {
    defaults = {
      id = "88788f9e-d8f5-4eb4-bc4f-9b3f5403bcec"
    }
  }
}

run "a_bucket_for_each_site" {
  assert {
    condition     = [for site in module.site : site.bucket] == ["example-agents-dublin", "example-agents-frankfurt"]
    error_message = "The buckets are ${join(", ", [for site in module.site : site.bucket])}."
  }

  assert {
    condition     = toset(keys(output.repositories)) == toset(["dublin", "frankfurt"])
    error_message = "There are repositories for ${join(", ", keys(output.repositories))}."
  }
}

run "a_region_that_nobody_uses" {
  command = plan

  variables {
    regions = ["eu-central-1", "eu-north-1", "eu-west-1"]
  }

  expect_failures = [check.regions_in_use]
}

run "too_short" {
  command = plan

  variables {
    immutable_days = 3
  }

  expect_failures = [var.immutable_days]
}
