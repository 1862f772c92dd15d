"""VBR075: cloud machines in a policy."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, Severity, Truth
from vbrprov_veeam.rules._jobs import GroupRule


class CloudMachinesInPolicy(GroupRule):
    """Cloud machines are backed up by jobs of the backup server."""

    rule_id = "VBR075"
    severity = Severity.REFUSE
    summary = "Cloud machines in a policy"
    why = """
        Computers of a cloud machines protection group are backed up by jobs of the backup server;
        policies that the agent manages cannot have them.
    """
    hint = "Use a veeam_agent_backup_job."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agent_policy.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_protection_group" "ec2" {
          type = "cloud_machines"
        }
        resource "veeam_agent_backup_policy" "ec2" {
          protection_group_ids = [veeam_protection_group.ec2.id]
        }
    """
    good = """
        resource "veeam_agent_backup_job" "ec2" {
          protection_group_ids = [veeam_protection_group.ec2.id]
        }
    """
    kinds = frozenset({JobKind.POLICY})

    def condition(self, estate: Estate, job: JobView) -> Truth:
        return estate.group_type_is(job, "cloud_machines")

    def says(self, job: JobView) -> str:
        return "is a policy with a group of cloud machines"
