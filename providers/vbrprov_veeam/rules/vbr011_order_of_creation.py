"""VBR011: agents get their way to a storage before the first job uses it."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import AgentAccessView, Estate, Finding, JobView, Rule, Severity, Truth, View


class OrderOfCreation(Rule):
    """Repository, then agent access, then jobs; destroyed the other way round.

    The repository comes first because the others refer to it. That the job waits for the agent
    access is said here, since nothing in the job does.
    """

    rule_id = "VBR011"
    severity = Severity.REFUSE
    summary = "Agent access has to be set before the job, and needs it"
    why = """
        On S3 compatible storage, the way in which agents get their keys has to be set before the
        first job that uses the repository is made. vbrprov makes the agent access before the job,
        so the agent access must not be made from the job.
    """
    hint = "Do not refer to the job in the veeam_s3_agent_access."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static",)
    bad = """
        resource "veeam_s3_agent_access" "main" {
          repository_id = veeam_wasabi_repository.main.id
          mode          = veeam_agent_backup_policy.laptops.description
        }
    """
    good = """
        resource "veeam_s3_agent_access" "main" {
          repository_id = veeam_wasabi_repository.main.id
          mode          = "backup_server"
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each agent access with the jobs that have to wait for it."""
        for access, job, sure in _pairs(estate):
            at = next((name for name, addresses in access.instance.references.items()
                       if job.address in addresses), "")
            if at:
                said = f"{job.address} waits for {access.address}, which refers to it"
                yield self.finding(
                    sure, access, f"{said}." if sure is Truth.YES
                    else f"It is not known yet whether {said}.", at=at, key=job.address,
                    related=[("the job", job, job.target_at)], involves=[job])

    def order(self, estate: Estate) -> Iterator[tuple[View, View]]:
        """Each agent access comes before the jobs that write to its repository."""
        for access, job, sure in _pairs(estate):
            refers = any(job.address in names for names in access.instance.references.values())
            if sure is Truth.YES and not refers:
                yield access, job


def _pairs(estate: Estate) -> Iterator[tuple[AgentAccessView, JobView, Truth]]:
    for repository in estate.repositories:
        for access, certain in estate.access_of(repository):
            for job, sure in estate.jobs_of(repository):
                yield access, job, certain & sure
