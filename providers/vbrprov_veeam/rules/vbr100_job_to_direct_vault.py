"""VBR100: a job of the backup server to a vault in direct mode."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule, family_is, is_direct


class JobToDirectVault(TargetRule):
    """The vendor's pages leave open whether this works."""

    rule_id = "VBR100"
    severity = Severity.WARNING
    summary = "Backup job to a Veeam Data Cloud Vault in direct mode"
    why = """
        Agents that write directly make no immutable backups, and immutability of a Veeam Data Cloud
        Vault cannot be switched off: the vendor's pages contradict each other on this setup.

        Policies to a vault in direct mode are refused (VBR023). For jobs of the backup server the
        pages say nothing, so this is a warning.
    """
    hint = 'Set connection { mode = "selected_gateway" } with gateway servers on the repository.'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/general_limitations.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_data_cloud_vault_repository" "vault" {
          connection { mode = "direct" }
        }
        resource "veeam_agent_backup_job" "servers" {
          storage { repository_id = veeam_data_cloud_vault_repository.vault.id }
        }
    """
    good = """
        resource "veeam_data_cloud_vault_repository" "vault" {
          connection {
            mode               = "selected_gateway"
            gateway_server_ids = [data.veeam_managed_server.a.id, data.veeam_managed_server.b.id]
          }
        }
    """
    kinds = frozenset({JobKind.JOB})

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return family_is(repository, "vault") & is_direct(repository)

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is a Veeam Data Cloud Vault in direct mode"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the mode", repository, repository.connection_mode.at)]
