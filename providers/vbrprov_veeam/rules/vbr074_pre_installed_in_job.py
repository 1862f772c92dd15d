"""VBR074: pre-installed agents in a job of the backup server."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, Severity, Truth
from vbrprov_veeam.rules._jobs import GroupRule


class PreInstalledInJob(GroupRule):
    """Pre-installed agents are managed by policies."""

    rule_id = "VBR074"
    severity = Severity.REFUSE
    summary = "Pre-installed agents in a job of the backup server"
    why = """
        Computers of a protection group for pre-installed agents can be in backup policies only; a
        backup job of the backup server needs a connection to the computer.

        Such computers connect to the backup server, never the other way round.
    """
    hint = "Use a veeam_agent_backup_policy, or a protection group of another type."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_job_mode.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_protection_group" "laptops" {
          type = "pre_installed_agents"
        }
        resource "veeam_agent_backup_job" "laptops" {
          protection_group_ids = [veeam_protection_group.laptops.id]
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          protection_group_ids = [veeam_protection_group.laptops.id]
        }
    """
    kinds = frozenset({JobKind.JOB})

    def condition(self, estate: Estate, job: JobView) -> Truth:
        return estate.group_type_is(job, "pre_installed_agents")

    def says(self, job: JobView) -> str:
        return "is a job of the backup server with a group of pre-installed agents"
