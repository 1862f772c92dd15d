"""VBR079: which computers a job or a policy is for."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, Severity, Truth
from vbrprov_veeam.rules._jobs import JobRule


class JobAndComputerType(JobRule):
    """Workstations have policies, failover clusters of Windows have jobs."""

    rule_id = "VBR079"
    severity = Severity.REFUSE
    summary = "Job is not for computers of this type"
    why = """
        Workstations are managed by policies only, failover clusters by jobs of the backup server
        only, and there are failover clusters of Windows computers only.

        A workstation is not always there when the backup server would start a job; the nodes of a
        cluster have to be backed up together.
    """
    hint = "Use a policy for workstations, a job for servers and failover clusters of Windows."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agent_job_protection_mode.html"
    phases = ("static",)
    bad = """
        resource "veeam_agent_backup_job" "laptops" {
          job_type = "workstation"
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          policy_type = "workstation"
        }
    """

    def condition(self, estate: Estate, job: JobView) -> Truth:
        cluster = job.computers.equals("failover_cluster")
        if job.kind is JobKind.POLICY:
            return cluster
        return job.computers.equals("workstation") | (
            cluster & job.agents.holds(lambda system: system != "windows"))

    def says(self, job: JobView) -> str:
        return f"is a {job.kind.value} for computers of the type {job.computers.shown}"

    def at(self, job: JobView) -> str:
        return job.computers.at
