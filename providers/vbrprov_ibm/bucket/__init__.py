"""The parts of ``ibm_cos_bucket``: IBM's names around the bucket of the S3 family."""
