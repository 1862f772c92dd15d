"""The parts of ``aws_s3_bucket``: model, planning, reading, steps.

The resource type itself is in ``resources``.
"""
