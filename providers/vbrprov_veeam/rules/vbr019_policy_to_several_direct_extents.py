"""VBR019: a policy and a scale-out repository with several extents, some of them direct."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth
from vbrprov_veeam.rules._scale_outs import names, policies_to_scale_outs, several, some_direct


class PolicyToSeveralDirectExtents(Rule):
    """Agents that manage themselves know one extent in object storage."""

    rule_id = "VBR019"
    severity = Severity.REFUSE
    summary = "Policy to a scale-out repository with several extents, some in direct mode"
    why = """
        A backup policy that the agent manages can use a scale-out backup repository with one
        performance extent in object storage; with several of which one is in direct mode, only jobs
        of the backup server can.

        The agent writes by itself and cannot tell which extent is next. Two or more extents in
        direct mode are named by the vendor; one beside others in gateway mode is refused as well.
    """
    hint = ("Leave one performance extent in object storage, or use a veeam_agent_backup_job, "
            "which the backup server manages.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.a.id }
          performance_extent { repository_id = veeam_amazon_s3_repository.b.id }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_scale_out_repository.all.id }
        }
    """
    good = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.a.id }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each policy with the scale-out repository that it writes to."""
        for job, scale_out, sure, extents in policies_to_scale_outs(estate):
            violated = sure & several(extents) & some_direct(extents)
            if violated is Truth.NO:
                continue
            said = (f"{job.address} writes to {scale_out.address}, which has {names(extents)} as "
                    "performance extents in object storage, at least one of them in direct mode")
            yield self.finding(
                violated, job, f"{said}." if violated is Truth.YES
                else f"It is not known yet whether {said}.", at=job.target_at, key="target",
                related=[("the scale-out repository", scale_out, "performance_extent"),
                         *(("the mode", extent, extent.connection_mode.at)
                           for extent, _ in extents)],
                involves=[scale_out, *(extent for extent, _ in extents)])
