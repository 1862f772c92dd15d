"""How test runs are shown: for people, as Terraform's JSON messages, as JUnit XML."""
