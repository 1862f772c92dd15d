"""VBR027: cool Azure storage in direct mode as a cloud repository."""

from __future__ import annotations

from vbrprov.sdk import Estate, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._exposed import ExposedRule
from vbrprov_veeam.rules._targets import family_is, is_direct

COOL = ("cool", "cold")


class CoolAzureForTenants(ExposedRule):
    """Agents of tenants cannot write to cool storage directly."""

    rule_id = "VBR027"
    severity = Severity.REFUSE
    summary = "Cool Azure storage in direct mode as a cloud repository"
    why = """
        Backup jobs and policies of agents cannot write to a cloud repository on Azure Blob storage
        with the access tier Cool in direct mode.

        A hot repository in an account whose default tier is cool stores everything cool, so that
        counts too.
    """
    hint = 'Use connection { mode = "selected_gateway" }, or the tier Hot.'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_repository_storage_class" "cool" {
          repository_id = veeam_azure_blob_repository.main.id
          storage_class = "cool"
        }
        resource "veeam_cloud_tenant_quota" "customer" {
          repository_id = veeam_azure_blob_repository.main.id
        }
    """
    good = """
        resource "veeam_azure_blob_repository" "main" {
          connection {
            mode               = "selected_gateway"
            gateway_server_ids = [data.veeam_managed_server.a.id, data.veeam_managed_server.b.id]
          }
        }
    """

    def condition(self, estate: Estate, repository: RepositoryView) -> Truth:
        return (family_is(repository, "azure") & is_direct(repository)
                & estate.effective_tier(repository).holds(lambda tier: tier in COOL))

    def trait(self, repository: RepositoryView) -> str:
        return "is Azure storage in the tier Cool in direct mode"
