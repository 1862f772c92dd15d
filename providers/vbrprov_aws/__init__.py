"""The ``aws`` provider: S3 buckets and the IAM identities that reach them.

Light on purpose: it is imported at start. Everything else is imported when a configuration uses it.
"""

from vbrprov.sdk.provider import Provider

PROVIDER = Provider(
    name="aws",
    package="vbrprov_aws",
    registry="registry.terraform.io/hashicorp/aws",
    doc="Amazon S3, IAM and STS, as far as object storage for backups needs them.",
    prefixes=("aws_",),
)
