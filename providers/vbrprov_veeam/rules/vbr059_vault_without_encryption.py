"""VBR059: backups in a Veeam Data Cloud Vault are encrypted."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import TargetRule, family_is


class VaultWithoutEncryption(TargetRule):
    """Every job that writes to a vault encrypts."""

    rule_id = "VBR059"
    severity = Severity.REFUSE
    summary = "Unencrypted backups in a Veeam Data Cloud Vault"
    why = """
        Jobs and policies whose target is a Veeam Data Cloud Vault must have encryption enabled.

        The vault lies in an account of Veeam's; without encryption the job does not run.
    """
    hint = "Set encryption_password_id on the job, from a veeam_encryption_password."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/data_cloud_limitations.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_data_cloud_vault_repository.vault.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          encryption_password_id = veeam_encryption_password.main.id
          destination { repository_id = veeam_data_cloud_vault_repository.vault.id }
        }
    """
    kinds = frozenset(JobKind)

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return ~job.encrypted.is_true

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return family_is(repository, "vault")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is a Veeam Data Cloud Vault, and does not encrypt"
