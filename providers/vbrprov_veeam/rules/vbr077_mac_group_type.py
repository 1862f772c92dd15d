"""VBR077: agents for Mac are pre-installed."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, Severity, Truth
from vbrprov_veeam.rules._jobs import GroupRule, runs


class MacGroupType(GroupRule):
    """Agents for Mac come in groups of pre-installed agents."""

    rule_id = "VBR077"
    severity = Severity.REFUSE
    summary = "Protection group cannot have agents for Mac"
    why = """
        Veeam Agent for Mac is deployed by other means and joins a protection group for
        pre-installed agents; the other types of groups have no computers with macOS.
    """
    hint = 'Use a protection group of type "pre_installed_agents".'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agent_policy_before_mac.html"
    phases = ("static",)
    bad = """
        resource "veeam_protection_group" "macs" {
          type = "individual_computers"
        }
        resource "veeam_agent_backup_policy" "macs" {
          os                   = "mac"
          protection_group_ids = [veeam_protection_group.macs.id]
        }
    """
    good = """
        resource "veeam_protection_group" "macs" {
          type = "pre_installed_agents"
        }
    """
    kinds = frozenset({JobKind.POLICY})

    def condition(self, estate: Estate, job: JobView) -> Truth:
        return runs(job, "mac") & estate.group_holds(
            job, lambda group: ~group.group_type.equals("pre_installed_agents"))

    def says(self, job: JobView) -> str:
        return "has agents for Mac and a group that is not one of pre-installed agents"
