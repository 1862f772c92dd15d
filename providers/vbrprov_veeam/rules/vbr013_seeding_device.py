"""VBR013: agents cannot back up to a seeding device."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, JobKind, JobView, RepositoryView, Rule, Severity, Truth


def _is_device(repository: RepositoryView) -> Truth:
    return Truth.of(repository.family == "device")


class SeedingDevice(Rule):
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

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each job by the repositories that it writes to, extents included."""
        for job in estate.jobs:
            violated = estate.target_holds(job, _is_device)
            if violated is not Truth.NO:
                yield self._finding(estate, job, violated)

    def _finding(self, estate: Estate, job: JobView, violated: Truth) -> Finding:
        targets = [t for t in estate.targets(job) if t.repository.family == "device"]
        first = targets[0]
        if violated is Truth.UNKNOWN:
            because = (f"It is not known yet whether {job.address} writes to the seeding device "
                       f"{first.repository.address}.")
        elif first.through is not None:
            because = (f"{job.address} writes to {first.through.address}, whose performance "
                       f"extent {first.repository.address} is a seeding device.")
        else:
            because = (f"{job.address} writes to {first.repository.address}, which is a seeding "
                       "device.")
        through = {t.through.address: t.through for t in targets if t.through is not None}
        return self.finding(
            violated, job, because, at=job.target_at, key="target",
            severity=Severity.WARNING if job.kind is JobKind.COPY else None,
            related=[*(("the scale-out repository", view, "performance_extent")
                       for view in through.values()),
                     *(("the seeding device", t.repository, "") for t in targets)],
            involves=[*through.values(), *(t.repository for t in targets)])
