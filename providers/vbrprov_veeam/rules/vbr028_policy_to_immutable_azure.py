"""VBR028: no policy to immutable Azure Blob storage in direct mode."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule, family_is, path_is


class PolicyToImmutableAzure(TargetRule):
    """Agents cannot make what they write to Azure directly immutable."""

    rule_id = "VBR028"
    severity = Severity.REFUSE
    summary = "Policy to immutable Azure Blob storage in direct mode"
    why = """
        A backup policy that the agent manages cannot use an Azure Blob repository in direct mode
        that has immutability enabled.

        Through a gateway server it can, and a job that the backup server manages can in both
        modes.
    """
    hint = ('Set connection { mode = "selected_gateway" } with gateway servers on the repository, '
            "switch immutability off, or use a job that the backup server manages.")
    source = ("https://helpcenter.veeam.com/docs/vbr/userguide/"
              "agents_object_storage_direct_access.html")
    bad = """
        resource "veeam_azure_blob_repository" "main" {
          connection { mode = "direct" }
          immutability { days = 30 }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_azure_blob_repository.main.id }
        }
    """
    good = """
        resource "veeam_azure_blob_repository" "main" {
          connection {
            mode               = "selected_gateway"
            gateway_server_ids = [data.veeam_managed_server.a.id, data.veeam_managed_server.b.id]
          }
          immutability { days = 30 }
        }
    """
    kinds = frozenset({JobKind.POLICY})

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return (family_is(repository, "azure") & ~estate.mutable(repository)
                & path_is(estate, job, repository, "direct"))

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is immutable Azure Blob storage in direct mode"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("immutability", repository, repository.immutability_enabled.at),
                ("the mode", repository, repository.connection_mode.at)]
