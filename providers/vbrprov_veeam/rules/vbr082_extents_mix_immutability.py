"""VBR082: extents of one tier are all immutable or all not."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth


class ExtentsMixImmutability(Rule):
    """A tier has one kind of extents."""

    rule_id = "VBR082"
    severity = Severity.REFUSE
    summary = "Extents with and without immutability in one tier"
    why = """
        The active extents of a tier of a scale-out backup repository must all have immutability
        enabled, or all disabled.

        Otherwise it would be chance whether a backup is protected. Veeam Data Cloud Vault
        repositories are always immutable.
    """
    hint = ("Switch immutability on for all extents of the tier, or seal those of one kind: mode = "
            "\"sealed\".")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/sobr_limitations.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_amazon_s3_repository" "a" {
          immutability { days = 30 }
        }
        resource "veeam_amazon_s3_repository" "b" {
        }
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.a.id }
          performance_extent { repository_id = veeam_amazon_s3_repository.b.id }
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "b" {
          immutability { days = 30 }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each tier of each scale-out repository."""
        for scale_out, tier, extents in estate.tiers():
            active = [(each.repository, each.sure & each.active) for each in extents]
            mutable = Truth.any(sure & estate.mutable(extent) for extent, sure in active)
            immutable = Truth.any(sure & ~estate.mutable(extent) for extent, sure in active)
            # One extent is of one kind, known or not.
            violated = mutable & immutable & Truth.of(len(active) > 1)
            if violated is not Truth.NO:
                said = (f"the {tier.name} tier of {scale_out.address} has extents with and without "
                        "immutability")
                yield self.finding(
                    violated, scale_out, f"{said[0].upper()}{said[1:]}." if violated is Truth.YES
                    else f"It is not known yet whether {said}.", at=tier.at, key=tier.name,
                    related=[("an extent", extent, extent.immutability_enabled.at)
                             for extent, _ in active],
                    involves=[extent for extent, _ in active])
