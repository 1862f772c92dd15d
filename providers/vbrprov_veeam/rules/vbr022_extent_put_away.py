"""VBR022: agents that do not hear that their extent is put away."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, JobKind, RepositoryView, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import listed, told
from vbrprov_veeam.rules._targets import is_direct

PUT_AWAY = ("sealed", "maintenance")


class ExtentPutAway(Rule):
    """Sealing an extent under a policy makes its sessions tell nothing."""

    rule_id = "VBR022"
    severity = Severity.WARNING
    summary = "Extent of a policy is sealed or put into maintenance"
    why = """
        Computers of a backup policy that write directly go on while they cannot reach the backup
        server: their sessions look successful although the extent is sealed or in maintenance.

        The results of those sessions cannot be trusted until the computers have connected again.
    """
    hint = "See that all computers of the policy are connected before the extent is put away."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("plan",)
    bad = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent {
            repository_id = veeam_amazon_s3_repository.main.id
            mode          = "maintenance"    # was normal
          }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_scale_out_repository.all.id }
        }
    """
    good = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each extent whose mode the plan changes."""
        for scale_out in estate.scale_outs:
            tier = scale_out.performance
            for member in estate.tier_members(tier):
                repository = member.view
                if not isinstance(repository, RepositoryView):
                    continue
                policies = [(job, sure) for job, sure in estate.jobs_of(repository)
                            if job.kind is JobKind.POLICY]
                used = Truth.any(sure for _, sure in policies) & is_direct(repository)
                for index in member.links:
                    extent = tier.extents[index]
                    put_away = extent.mode.changed & extent.mode.planned.holds(
                        lambda mode: mode in PUT_AWAY)
                    violated = used & member.sure & put_away
                    if violated is not Truth.NO:
                        jobs = [job for job, _ in policies]
                        said = (f"{scale_out.address} puts {repository.address} away, which "
                                f"{listed(jobs)} may write to while it is not connected")
                        yield self.finding(
                            violated, scale_out, told(violated, said), at=extent.mode.planned.at,
                            key=f"{index}:{repository.address}", involves=[repository, *jobs],
                            related=[("the extent", repository, repository.connection_mode.at),
                                     *(("the policy", job, job.target_at) for job in jobs)])
