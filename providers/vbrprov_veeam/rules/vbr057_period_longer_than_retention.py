"""VBR057: backups stay immutable for longer than a job keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, JobView, RepositoryView, Rule, Severity, Truth


class PeriodLongerThanRetention(Rule):
    """What a job deletes stays, and is paid for, until it may go."""

    rule_id = "VBR057"
    severity = Severity.WARNING
    summary = "Immutability period longer than the retention of a job"
    why = """
        Backups that are older than the retention of their job cannot be deleted before their
        immutability ends, so they are kept for the longer of the two.

        The period is prolonged by block generation: blocks that are still in use get up to 10 days
        more at once, on Amazon S3, Google Cloud, IBM Cloud and 11:11 storage up to 30.
    """
    hint = "Set days to the retention of the jobs or less, or plan for the space."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/os_immutability_limitations.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_amazon_s3_repository" "main" {
          immutability { days = 30 }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          retention { quantity = 7 }
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          retention { quantity = 30 }
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository with each job that writes to it."""
        for repository in estate.repositories:
            immutable = repository.immutability_enabled.is_true
            if immutable is not Truth.NO:
                for job, sure in estate.jobs_of(repository):
                    violated = immutable & sure & _longer(repository, job)
                    if violated is not Truth.NO:
                        yield self._finding(estate, repository, job, violated)

    def _finding(self, estate: Estate, repository: RepositoryView, job: JobView,
                 violated: Truth) -> Finding:
        days, kept = repository.immutability_days, job.retention_days
        if violated is Truth.YES and days.value is not None:
            most = days.value + estate.block_generation(repository)
            because = (f"{repository.address} makes backups immutable for {days.shown} days, and "
                       f"{job.address} keeps them for {kept.shown}. With block generation they "
                       f"stay for up to {most} days.")
        else:
            because = (f"It is not known yet whether {repository.address} makes backups immutable "
                       f"for longer than {job.address} keeps them.")
        return self.finding(violated, repository, because, at=days.at, key=job.address,
                            related=[("the retention", job, kept.at)], involves=[job])


def _longer(repository: RepositoryView, job: JobView) -> Truth:
    days, kept = repository.immutability_days, job.retention_days
    if any(fact.known and fact.value is None for fact in (days, kept)):
        return Truth.NO
    if days.value is None or kept.value is None:
        return Truth.UNKNOWN
    return Truth.of(days.value > kept.value)
