"""The bucket of the S3 family: model, planning, reading, steps, base of the resource types."""
