"""VBR003: archive storage takes no backups of agents."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import TargetRule, family_is


class NotAnAgentTarget(TargetRule):
    """Jobs, policies and copy jobs write to one of the eight storages that agents know."""

    rule_id = "VBR003"
    severity = Severity.REFUSE
    summary = "Repository type is no target of agent backups"
    why = """
        Veeam Agents back up to Amazon S3, S3 compatible, Google Cloud, IBM Cloud, Microsoft Azure
        Blob, Wasabi, 11:11 and Veeam Data Cloud Vault storage. Archive storage (Amazon S3 Glacier,
        Azure Archive) is not among them.

        Archive storage takes restore points that a scale-out backup repository moves there by
        itself. It cannot be read at once, so no backup chain can live in it. Seeding devices are
        refused by VBR013.
    """
    hint = ("Target a repository on online storage, and make the archive storage the archive tier "
            "of a scale-out repository.")
    source = ("https://helpcenter.veeam.com/docs/vbr/userguide/"
              "direct_backup_to_object_storage_limitations.html")
    phases = ("static", "plan")
    bad = """
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_s3_glacier_repository.archive.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    kinds = frozenset(JobKind)

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return family_is(repository, "archive")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is archive storage"
