"""JSON for machines, in Terraform's shapes."""
