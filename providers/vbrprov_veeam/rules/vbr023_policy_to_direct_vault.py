"""VBR023: no policy to a Veeam Data Cloud Vault in direct mode."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule, family_is, is_direct


class PolicyToDirectVault(TargetRule):
    """Policies reach a vault through a gateway server."""

    rule_id = "VBR023"
    severity = Severity.REFUSE
    summary = "Policy to a Veeam Data Cloud Vault in direct mode"
    why = """
        A backup policy that the agent manages cannot use a Veeam Data Cloud Vault repository in
        direct mode.

        The key of a vault is never given to computers. Through a gateway server, or with a job that
        the backup server manages, a vault can be used.
    """
    hint = ('Set connection { mode = "selected_gateway" } with gateway servers on the repository, '
            "or use a job that the backup server manages.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    bad = """
        resource "veeam_data_cloud_vault_repository" "vault" {
          connection { mode = "direct" }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_data_cloud_vault_repository.vault.id }
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
    kinds = frozenset({JobKind.POLICY})

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return family_is(repository, "vault") & is_direct(repository)

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is a Veeam Data Cloud Vault in direct mode"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the mode", repository, repository.connection_mode.at)]
