"""VBR018: repositories whose key can only read."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth
from vbrprov_veeam.rules._grants import reads_only
from vbrprov_veeam.rules._saying import told


class ReadOnlyCredentials(Rule):
    """A key that only reads is no key for jobs, nor to recover what agents wrote."""

    rule_id = "VBR018"
    severity = Severity.REFUSE
    summary = "Repository with read-only credentials"
    why = """
        A job cannot write to a repository whose credentials can only read: credentials that say so,
        or whose user has only policies, or roles, that let nothing be written.

        Without a job such a repository serves recovery on a second backup server. Backups of agents
        cannot be recovered that way, so it is a warning: nobody can see from here whose backups
        they are.
    """
    hint = "Use credentials that can write, with the permissions of data.veeam_permission_policy."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    bad = """
        resource "veeam_cloud_credentials" "reader" {
          type      = "amazon"
          read_only = true
        }
        resource "veeam_amazon_s3_repository" "main" {
          account { credentials_id = veeam_cloud_credentials.reader.id }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_cloud_credentials" "writer" {
          type = "amazon"
        }
        resource "veeam_amazon_s3_repository" "main" {
          account { credentials_id = veeam_cloud_credentials.writer.id }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository with the jobs that write to it."""
        for repository in estate.repositories:
            reads, why = reads_only(estate, repository)
            if reads is Truth.NO:
                continue
            jobs = [job for job, _ in estate.jobs_of(repository)]
            used = Truth.any(sure for _, sure in estate.jobs_of(repository))
            said = f"{repository.address} has credentials that can only read"
            if used is not Truth.NO:
                violated = reads & used
                yield self.finding(
                    violated, repository, told(violated, f"{said}, and {jobs[0].address} writes "
                                                         "to it"),
                    at=repository.credentials.value.at, key="jobs",
                    related=[("the job", jobs[0], jobs[0].target_at),
                             *(("the credentials", view, "read_only") for view in why)],
                    involves=[*jobs, *why])
            else:
                yield self.finding(
                    reads, repository, told(reads, f"{said}: backups of agents cannot be recovered "
                                                   "from it"),
                    at=repository.credentials.value.at, key="recovery", severity=Severity.WARNING,
                    related=[("the credentials", view, "read_only") for view in why],
                    involves=why)
