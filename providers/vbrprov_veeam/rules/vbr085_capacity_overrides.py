"""VBR085: settings of a repository that the capacity tier passes over."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Extent, ScaleOutView, Severity, TierView
from vbrprov_veeam.rules._tiers import Fault, TierRule


class CapacityOverrides(TierRule):
    """The capacity tier keeps to one bucket, and to the repository's own days."""

    rule_id = "VBR085"
    severity = Severity.WARNING
    summary = "Setting that the capacity tier passes over"
    why = """
        As a capacity extent, a repository with buckets of its own making keeps all backups in the
        main bucket, and immutability that follows the retention of jobs is switched to the days of
        the repository. Nobody says so when it happens.
    """
    hint = ('Leave enable_auto_provision off and set immutability { mode = "repository_settings" } '
            "for a capacity extent.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/capacity_tier_limitations.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_amazon_s3_repository" "main" {
          immutability {
            days = 30
            mode = "retention_settings"
          }
        }
        resource "veeam_scale_out_repository" "all" {
          capacity_tier {
            extent { repository_id = veeam_amazon_s3_repository.main.id }
          }
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "main" {
          immutability { days = 30 }
        }
    """
    tiers = frozenset({"capacity"})

    def faults(self, estate: Estate, scale_out: ScaleOutView, tier: TierView,
               extents: tuple[Extent, ...]) -> Iterator[Fault]:
        """Both settings of each extent."""
        for extent in extents:
            repository = extent.repository
            for violated, fact, said in (
                (repository.auto_provision.is_true, repository.auto_provision,
                 "makes buckets of its own"),
                (repository.immutability_enabled.is_true
                 & repository.immutability_mode.equals("retention_settings"),
                 repository.immutability_mode, "has immutability that follows the retention of "
                 "jobs"),
            ):
                yield Fault(
                    extent.sure & violated,
                    f"has the capacity extent {repository.address}, which {said}",
                    f"{fact.at}:{repository.address}", (repository,),
                    (("the setting", repository, fact.at),))
