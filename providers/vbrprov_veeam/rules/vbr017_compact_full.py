"""VBR017: no compacting of full backups on object storage."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import TargetRule


class CompactFull(TargetRule):
    """There is no full backup file to compact on object storage."""

    rule_id = "VBR017"
    severity = Severity.REFUSE
    summary = "Compacting full backups on object storage"
    why = """
        Full backups in object storage cannot be defragmented and compacted.

        This holds for all backups there, those of copy jobs included: the storage has no full
        backup file that could be written anew.
    """
    hint = "Remove compact_full, or target a repository that is not on object storage."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_agent_backup_policy" "laptops" {
          compact_full = true
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    kinds = frozenset(JobKind)

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return job.compact_full.is_true

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return Truth.YES

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is object storage, and compacts full backups"

    def at(self, job: JobView) -> str:
        return job.compact_full.at

    def mend(self, job: JobView) -> Mapping[str, str]:
        return {job.compact_full.at: ""}
