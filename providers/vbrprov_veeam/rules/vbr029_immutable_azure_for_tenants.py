"""VBR029: immutable Azure storage in direct mode as a cloud repository."""

from __future__ import annotations

from vbrprov.sdk import Estate, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._exposed import ExposedRule
from vbrprov_veeam.rules._targets import Place, family_is, is_direct


class ImmutableAzureForTenants(ExposedRule):
    """Agents of tenants cannot keep immutable backups directly."""

    rule_id = "VBR029"
    severity = Severity.REFUSE
    summary = "Immutable Azure storage in direct mode as a cloud repository"
    why = """
        Backup jobs and policies of agents cannot write to a cloud repository on Azure Blob storage
        with immutability in direct mode.
    """
    hint = 'Use connection { mode = "selected_gateway" }, or switch immutability off.'
    source = "https://helpcenter.veeam.com/docs/vbr/cloud/cc_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_azure_blob_repository" "main" {
          immutability { days = 30 }
        }
        resource "veeam_cloud_tenant_quota" "customer" {
          repository_id = veeam_azure_blob_repository.main.id
        }
    """
    good = """
        resource "veeam_azure_blob_repository" "main" {
          immutability { days = 30 }
          connection {
            mode               = "selected_gateway"
            gateway_server_ids = [data.veeam_managed_server.a.id, data.veeam_managed_server.b.id]
          }
        }
    """

    def condition(self, estate: Estate, repository: RepositoryView) -> Truth:
        return (family_is(repository, "azure") & is_direct(repository)
                & ~estate.mutable(repository))

    def trait(self, repository: RepositoryView) -> str:
        return "is Azure storage with immutability in direct mode"

    def places(self, estate: Estate, repository: RepositoryView) -> list[Place]:
        return [*super().places(estate, repository),
                ("immutability is switched on", repository, repository.immutability_enabled.at)]
