"""VBR068: a cold storage class and a job that reads and deletes soon."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule, tier_places

COLD = ("infrequent", "one_zone", "cool", "cold")


class ColdClassForFrequentJob(TargetRule):
    """Cold classes are for long-term backups."""

    rule_id = "VBR068"
    severity = Severity.WARNING
    summary = "Cold storage class for short-lived backups"
    why = """
        The storage classes Standard-IA and One Zone-IA of Amazon and the tier Cool of Azure are
        for backups that are kept for long: the vendor advises to use them with GFS retention.

        Reading costs more there, and whatever is deleted within the first 30 days is paid for as if
        it had stayed.
    """
    hint = "Add a gfs block to the job, or use the standard class."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/amazon_storage_details.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_amazon_s3_repository" "main" {
          bucket { infrequent_access = true }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          gfs { monthly = 12 }
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return ~job.gfs.is_true

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return estate.effective_tier(repository).holds(lambda tier: tier in COLD)

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is of a cold storage class, and keeps no GFS backups"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return tier_places(estate, repository)
