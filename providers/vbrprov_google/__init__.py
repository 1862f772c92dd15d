"""The ``google`` provider: Cloud Storage buckets and the identities that reach them.

Light on purpose: it is imported at start. Everything else is imported when a configuration uses it.
"""

from vbrprov.sdk.provider import Provider

PROVIDER = Provider(
    name="google",
    package="vbrprov_google",
    registry="registry.terraform.io/hashicorp/google",
    doc="Google Cloud Storage and IAM, as far as object storage for backups needs them.",
    prefixes=("google_",),
)
