"""VBR081: storages of several providers in one tier."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from vbrprov.sdk import (
    Estate,
    Extent,
    RepositoryView,
    ScaleOutView,
    Severity,
    TierView,
    Truth,
)
from vbrprov_veeam.rules._tiers import Fault, TierRule


class ExtentsMixProviders(TierRule):
    """The active extents of a tier are of one provider."""

    rule_id = "VBR081"
    severity = Severity.REFUSE
    summary = "Storages of several providers in one tier"
    why = """
        The active extents of one tier of a scale-out backup repository must be object storage of
        one provider; those of another one have to be sealed first.

        Vendors of S3 compatible storage count as providers, and a Wasabi bucket that was added as
        S3 compatible does not go with one that was added as Wasabi. Where S3 compatible
        repositories do not say their vendor, state it.
    """
    hint = ('Seal the extents of the other provider with mode = "sealed", or make a scale-out '
            "repository for each.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/performance_tier_limitations.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.main.id }
          performance_extent { repository_id = veeam_azure_blob_repository.main.id }
        }
    """
    good = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent {
            repository_id = veeam_amazon_s3_repository.main.id
            mode          = "sealed"
          }
          performance_extent { repository_id = veeam_azure_blob_repository.main.id }
        }
    """
    tiers = frozenset({"performance", "capacity"})

    def faults(self, estate: Estate, scale_out: ScaleOutView, tier: TierView,
               extents: tuple[Extent, ...]) -> Iterator[Fault]:
        """The first two extents that do not go together."""
        found = []
        for left, right in combinations(extents, 2):
            differ = _differ(left.repository, right.repository)
            found.append((differ & left.sure & left.active & right.sure & right.active,
                          left.repository, right))
        for level in (Truth.YES, Truth.UNKNOWN):
            for violated, first, extent in found:
                if violated is level:
                    second = extent.repository
                    yield Fault(
                        violated, f"has storages of several providers in its {tier.name} tier: "
                        f"{first.address} and {second.address}", "providers", (first, second),
                        (("an extent", first, first.vendor.at),
                         ("an extent of another provider", second, second.vendor.at)),
                        at=extent.at)
                    return


def _differ(left: RepositoryView, right: RepositoryView) -> Truth:
    """Whether two repositories are storages of different providers."""
    if "device" in (left.family, right.family):
        # What was seeded on a device belongs to the storage that it is sent to.
        return Truth.NO
    if left.family != right.family:
        return Truth.YES
    if left.family != "s3c":
        return Truth.NO
    if left.type == right.type != "s3_compatible":
        return Truth.NO
    if not (left.vendor.known and right.vendor.known):
        return Truth.UNKNOWN
    if None in (left.vendor.value, right.vendor.value):
        return Truth.of(left.vendor.value != right.vendor.value) & Truth.UNKNOWN
    wasabi = left.vendor.value == "wasabi" and left.type != right.type
    return Truth.of(left.vendor.value != right.vendor.value or wasabi)
