"""VBR026: no policy to the tier Cool of Azure in direct mode."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule, family_is, path_is, tier_places

COOL = ("cool", "cold")


class PolicyToCoolAzure(TargetRule):
    """The tier counts that blobs really get, be it the account's."""

    rule_id = "VBR026"
    severity = Severity.REFUSE
    summary = "Policy to the Azure tier Cool in direct mode"
    why = """
        A backup policy that the agent manages cannot use an Azure Blob repository in direct mode
        whose blobs are in the access tier Cool.

        A hot repository on an account whose default tier is Cool or Cold stores everything there
        as well. Jobs of the backup server can use it.
    """
    hint = ('Use the tier Hot for the account and the repository, connection { mode = '
            '"selected_gateway" }, or a job that the backup server manages.')
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    bad = """
        resource "azurerm_storage_account" "backups" {
          access_tier = "Cool"
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_azure_blob_repository.main.id }
        }
    """
    good = """
        resource "azurerm_storage_account" "backups" {
          access_tier = "Hot"
        }
    """
    kinds = frozenset({JobKind.POLICY})

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return (family_is(repository, "azure") & path_is(estate, job, repository, "direct")
                & estate.effective_tier(repository).holds(lambda tier: tier in COOL))

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is in direct mode and in the tier Cool"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the mode", repository, repository.connection_mode.at),
                *tier_places(estate, repository)]
