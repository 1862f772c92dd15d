"""VBR020: a policy and a scale-out repository with several extents behind gateway servers."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth
from vbrprov_veeam.rules._scale_outs import names, policies_to_scale_outs, several, some_direct
from vbrprov_veeam.rules._targets import is_direct


class PolicyToSeveralGatewayExtents(Rule):
    """The vendor's page leaves open whether this works."""

    rule_id = "VBR020"
    severity = Severity.WARNING
    summary = "Policy to a scale-out repository with several extents in object storage"
    why = """
        The vendor's page allows policies for scale-out backup repositories with one performance
        extent in object storage, and does not say what holds for several behind gateway servers.

        With an extent in direct mode among them it is refused (VBR019).
    """
    hint = "Leave one performance extent in object storage, or use a veeam_agent_backup_job."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.gateway_a.id }
          performance_extent { repository_id = veeam_amazon_s3_repository.gateway_b.id }
        }
    """
    good = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.gateway_a.id }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each policy with the scale-out repository that it writes to."""
        for job, scale_out, sure, extents in policies_to_scale_outs(estate):
            # Where all are behind gateway servers, two or more have to be.
            may_be = [each for each in extents if is_direct(each[0]) is not Truth.YES]
            violated = (sure & several(extents) & ~some_direct(extents)
                        & Truth.of(len(may_be) > 1))
            if violated is not Truth.NO:
                has = "has " if violated is Truth.YES else "may have "
                yield self.finding(
                    violated, job, f"{job.address} writes to {scale_out.address}, which {has}"
                    f"{names(extents)} as performance extents behind gateway servers.",
                    at=job.target_at, key="target",
                    related=[("the scale-out repository", scale_out, "performance_extent")],
                    involves=[scale_out, *(extent for extent, _ in extents)])
