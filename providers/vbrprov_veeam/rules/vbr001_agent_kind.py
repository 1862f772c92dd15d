"""VBR001: the four kinds of agents that can use object storage."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import TargetRule

AGENTS = ("windows", "linux", "mac", "unix")


class AgentKind(TargetRule):
    """Agents for Windows, Linux, Mac and Unix back up to object storage; no others do."""

    rule_id = "VBR001"
    severity = Severity.REFUSE
    summary = "Agent cannot use object storage"
    why = """
        Veeam Agents for Microsoft Windows, Linux, Mac and Unix (IBM AIX, Oracle Solaris) back up to
        object storage repositories.

        Other workloads have jobs of their own kind and are not backed up by an agent.
    """
    hint = 'Set os to "windows", "linux", "mac" or "unix".'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static",)
    bad = """
        resource "veeam_agent_backup_policy" "hosts" {
          os = "vms"
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "hosts" {
          os = "unix"
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return job.agents.holds(lambda own: own not in AGENTS)

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return Truth.YES

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return f"is object storage, with agents of the kind {job.agents.shown}"

    def at(self, job: JobView) -> str:
        return job.agents.at
