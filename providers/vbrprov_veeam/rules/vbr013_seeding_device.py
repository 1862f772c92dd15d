"""VBR013: agents cannot back up to a seeding device."""

from __future__ import annotations

from typing import ClassVar

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import TargetRule, family_is


class SeedingDevice(TargetRule):
    """No job or policy of an agent writes to AWS Snowball Edge or Azure Data Box."""

    rule_id = "VBR013"
    severity = Severity.REFUSE
    summary = "Seeding device as target of agent backups"
    why = """
        Veeam Agents cannot back up to AWS Snowball Edge or Azure Data Box, whether by a backup job
        or by a policy.

        These devices carry a first full copy to the cloud; they leave the house with what is on
        them. A scale-out repository with such a device among its performance extents leads
        there as well. Backup copy jobs are not named by the vendor, so for them this is a warning.
    """
    hint = ("Target a repository in object storage that stays in place; seed it from another kind "
            "of job.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_snowball_edge_repository.seed.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """

    kinds = frozenset(JobKind)
    severities: ClassVar = {JobKind.COPY: Severity.WARNING}

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return family_is(repository, "device")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is a seeding device"
