"""VBR080: object storage and other repositories in one performance tier."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    Estate,
    Extent,
    FileRepositoryView,
    ScaleOutView,
    Severity,
    TierView,
    Truth,
)
from vbrprov_veeam.rules._tiers import Fault, TierRule


class ExtentsMixKinds(TierRule):
    """A performance tier is object storage or it is not."""

    rule_id = "VBR080"
    severity = Severity.REFUSE
    summary = "Object storage and other repositories in one performance tier"
    why = """
        The performance tier of a scale-out backup repository consists of object storage
        repositories, or of other repositories: not of both.
    """
    hint = ("Make a scale-out repository for each kind; object storage can also be the capacity "
            "tier.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/performance_tier_limitations.html"
    phases = ("static", "plan")
    bad = """
        data "veeam_repository" "disk" {
          name = "Disk"
        }
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = data.veeam_repository.disk.id }
          performance_extent { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = data.veeam_repository.disk.id }
          capacity_tier {
            extent { repository_id = veeam_amazon_s3_repository.main.id }
          }
        }
    """
    tiers = frozenset({"performance"})

    def faults(self, estate: Estate, scale_out: ScaleOutView, tier: TierView,
               extents: tuple[Extent, ...]) -> Iterator[Fault]:
        """The tier when it has both."""
        others = [member for member in estate.tier_members(tier)
                  if isinstance(member.view, FileRepositoryView)]
        objects = Truth.any(extent.sure for extent in extents)
        files = Truth.any(member.sure for member in others)
        yield Fault(
            objects & files, "has object storage and other repositories in its performance tier",
            "kinds", tuple(extent.repository for extent in extents),
            (*(("an extent that is no object storage", member.view, "") for member in others),
             *(("an extent in object storage", extent.repository, "") for extent in extents)))
