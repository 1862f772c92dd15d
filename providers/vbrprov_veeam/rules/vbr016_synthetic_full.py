"""VBR016: no synthetic full backups on object storage."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk import Estate, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import TargetRule


class SyntheticFull(TargetRule):
    """Backups on object storage are forever incremental; there is nothing to synthesise."""

    rule_id = "VBR016"
    severity = Severity.REFUSE
    summary = "Synthetic full backups on object storage"
    why = """
        Veeam Agents make no synthetic full backups on object storage.

        Blocks in object storage are shared between restore points, so that every restore point is
        complete without being copied together.
    """
    hint = "Remove synthetic_full, or target a repository that is not on object storage."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_agent_backup_policy" "laptops" {
          synthetic_full = true
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return job.synthetic_full.is_true

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return Truth.YES

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is object storage, and makes synthetic full backups"

    def at(self, job: JobView) -> str:
        return job.synthetic_full.at

    def mend(self, job: JobView) -> Mapping[str, str]:
        return {job.synthetic_full.at: ""}
