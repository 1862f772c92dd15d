"""VBR092: only extents can be sealed or in maintenance."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import told


class StateOfStandalone(Rule):
    """A repository by itself is always in use."""

    rule_id = "VBR092"
    severity = Severity.REFUSE
    summary = "Repository that is sealed or in maintenance, and no extent"
    why = """
        Object storage repositories can be sealed or put into maintenance only as extents of a
        scale-out backup repository, which says so for each extent.
    """
    hint = "Set mode in the performance_extent block of the scale-out repository."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/general_limitations.html"
    phases = ("static",)
    bad = """
        resource "veeam_amazon_s3_repository" "old" {
          mode = "sealed"
        }
    """
    good = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent {
            repository_id = veeam_amazon_s3_repository.old.id
            mode          = "sealed"
          }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository that says what mode it is in."""
        for repository in estate.repositories:
            out = repository.mode.holds(lambda mode: mode != "normal")
            extent = Truth.any(sure for _, sure in estate.scale_outs_of(repository))
            violated = out & ~extent
            if violated is not Truth.NO:
                yield self.finding(
                    violated, repository, told(violated, (
                        f"{repository.address} is sealed or in maintenance, without being an "
                        "extent")), at=repository.mode.at)
