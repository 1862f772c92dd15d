"""The ``ibm`` provider: IBM Cloud Object Storage and the identities that reach it.

Light on purpose: it is imported at start. Everything else is imported when a configuration uses it.
"""

from vbrprov.sdk.provider import Provider

PROVIDER = Provider(
    name="ibm",
    package="vbrprov_ibm",
    registry="registry.terraform.io/ibm-cloud/ibm",
    doc="IBM Cloud Object Storage: instances, buckets, service credentials and their policies.",
    prefixes=("ibm_",),
)
