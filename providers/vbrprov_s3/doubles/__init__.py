"""Doubles of the provider ``s3``: MinIO's admin API. Stores themselves are AWS's double."""
