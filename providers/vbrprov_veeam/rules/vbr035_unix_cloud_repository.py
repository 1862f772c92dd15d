"""VBR035: agents for Unix and cloud repositories."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, Severity, Truth
from vbrprov_veeam.rules._jobs import JobRule, runs


class UnixCloudRepository(JobRule):
    """A service provider's repository is no target for agents for Unix."""

    rule_id = "VBR035"
    severity = Severity.REFUSE
    summary = "Agents for Unix and a cloud repository"
    why = """
        Veeam Agents for Unix cannot back up to a Veeam Cloud Connect repository of a service
        provider.
    """
    hint = "Target a repository of the backup server."
    source = ("https://helpcenter.veeam.com/docs/vbr/userguide/"
              "agents_system_requirements_backup_target.html")
    phases = ("static", "plan")
    bad = """
        resource "veeam_agent_backup_policy" "aix" {
          os = "unix"
          destination { type = "cloud_connect_repository" }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "aix" {
          os = "unix"
          destination { type = "backup_repository" }
        }
    """
    kinds = frozenset(JobKind)

    def condition(self, estate: Estate, job: JobView) -> Truth:
        return runs(job, "unix") & job.scope.equals("cloud_connect_repository")

    def says(self, job: JobView) -> str:
        return "backs up agents for Unix to a cloud repository of a service provider"

    def at(self, job: JobView) -> str:
        return job.scope.at
