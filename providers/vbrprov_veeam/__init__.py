"""The veeam provider: everything in Veeam Backup & Replication.

Here: the declaration of the provider, light enough to be imported at start. Not here: anything that
talks to a server; that is imported when a configuration uses it.
"""

from vbrprov.sdk.provider import Provider

PROVIDER = Provider(
    name="veeam",
    package="vbrprov_veeam",
    registry="registry.terraform.io/vbrprov/veeam",
    doc="Repositories, credentials, protection groups and agent policies of one Veeam Backup & "
        "Replication server, through its REST API.",
    prefixes=("veeam_",),
)
