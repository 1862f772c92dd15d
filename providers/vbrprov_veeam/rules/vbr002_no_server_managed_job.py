"""VBR002: agents for Mac and Unix have no jobs of the backup server."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, Severity, Truth
from vbrprov_veeam.rules._jobs import JobRule, runs


class NoServerManagedJob(JobRule):
    """Backup jobs that the server manages are for Windows and Linux computers."""

    rule_id = "VBR002"
    severity = Severity.REFUSE
    summary = "Agent has no backup jobs of the backup server"
    why = """
        Veeam Agent for Mac and the Veeam Agents for Unix are managed by backup policies only;
        backup jobs of the backup server are for Windows and Linux computers.

        The agents for Mac and Unix keep their own schedule and talk to the backup server now and
        then.
    """
    hint = "Use a veeam_agent_backup_policy instead of the veeam_agent_backup_job."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_job_mode.html"
    phases = ("static",)
    bad = """
        resource "veeam_agent_backup_job" "macs" {
          os = "mac"
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "macs" {
          os = "mac"
        }
    """
    kinds = frozenset({JobKind.JOB})

    def condition(self, estate: Estate, job: JobView) -> Truth:
        return runs(job, "mac", "unix")

    def says(self, job: JobView) -> str:
        return f"is a job of the backup server for agents of the kind {job.agents.shown}"

    def at(self, job: JobView) -> str:
        return job.agents.at
