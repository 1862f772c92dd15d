"""State backends on stores of the S3 family, found by file name."""
