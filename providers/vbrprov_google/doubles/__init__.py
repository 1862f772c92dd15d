"""The double of Google: Cloud Storage, IAM, Resource Manager and KMS, for sandbox and tests.

What it takes and answers is checked against Google's own description (``specs``). What it refuses
is in ``errors``, with sources. It keeps no data beyond its process.
"""
