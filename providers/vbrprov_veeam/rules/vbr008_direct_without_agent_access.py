"""VBR008: S3 compatible storage in direct mode needs agent access."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, JobKind, RepositoryView, Rule, Severity, Truth
from vbrprov_veeam.rules._targets import is_direct


class DirectWithoutAgentAccess(Rule):
    """Without it, agents quietly go through the backup server."""

    rule_id = "VBR008"
    severity = Severity.REFUSE
    summary = "S3 compatible storage in direct mode without agent access"
    why = """
        Direct mode alone gives agents no keys of an S3 compatible storage: how they get them is a
        setting of its own. Its default is the backup server, so that nothing goes directly.

        This holds for S3 compatible, IBM Cloud and Wasabi repositories that agents back up to. Of
        11:11 storage the vendor's pages do not say so, so there it is a warning.
    """
    hint = ("Add a veeam_s3_agent_access for the repository, or use connection { mode = "
            '"selected_gateway" }.')
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/access_permissions.html"
    bad = """
        resource "veeam_wasabi_repository" "main" {
          account {
            connection { mode = "direct" }
          }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_wasabi_repository.main.id }
        }
    """
    good = """
        resource "veeam_s3_agent_access" "main" {
          repository_id = veeam_wasabi_repository.main.id
          mode          = "iam_sts"
          iam_endpoint  = "https://iam.wasabisys.com"
          sts_endpoint  = "https://sts.wasabisys.com"
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each S3 compatible repository that agents back up to."""
        for repository in estate.repositories:
            if repository.family == "s3c":
                yield from self._judge(estate, repository)

    def _judge(self, estate: Estate, repository: RepositoryView) -> Iterator[Finding]:
        jobs = [(job, sure) for job, sure in estate.jobs_of(repository)
                if job.kind is not JobKind.COPY]
        accesses = estate.access_of(repository)
        violated = (is_direct(repository) & Truth.any(sure for _, sure in jobs)
                    & ~Truth.any(sure for _, sure in accesses))
        if violated is Truth.NO:
            return
        job = next((job for job, sure in jobs if sure is Truth.YES), jobs[0][0])
        said = (f"{repository.address} is in direct mode without a veeam_s3_agent_access, and "
                f"{job.address} backs up agents there")
        yield self.finding(
            violated, repository, f"{said}." if violated is Truth.YES
            else f"It is not known yet whether {said}.", at=repository.connection_mode.at,
            key="access", severity=Severity.WARNING if repository.vendor.value == "eleven_eleven"
            else None, related=[("the job", job, job.target_at)],
            involves=[*(job for job, _ in jobs), *(access for access, _ in accesses)])
