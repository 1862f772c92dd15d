"""The parts of ``aws_s3_bucket``: its model, its planning, its steps. The type itself is a resource."""
