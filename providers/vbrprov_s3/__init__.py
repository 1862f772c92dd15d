"""The ``s3`` provider for S3-compatible stores, and what the S3 family shares.

Shared with AWS and IBM: error codes of all vendors and their translation, the bucket aggregate,
lifecycle rules, emptying a bucket, policy documents, views. Light on purpose: it is imported at
start.
"""

from vbrprov.sdk.provider import Provider

PROVIDER = Provider(
    name="s3",
    package="vbrprov_s3",
    registry="registry.terraform.io/vbrprov/s3",
    doc="Buckets, users and policies on any S3-compatible storage, by vendor.",
    prefixes=("s3_",),
)
