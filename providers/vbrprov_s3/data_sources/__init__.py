"""Data sources of the provider ``s3``, one a file."""
