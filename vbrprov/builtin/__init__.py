"""The built-in provider: resources that exist only in the state.

Here: ``vbrprov_data``, and what lives in one run only. Not here: anything that talks to a service.
"""

from vbrprov.sdk.provider import Provider

PROVIDER = Provider(name="vbrprov", package="vbrprov.builtin",
                    registry="terraform.io/builtin/terraform", doc="Resources that live only in "
                    "the state.")
