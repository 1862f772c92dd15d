"""VBR086: what can be the archive tier, and what it can be fed from."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Extent, RepositoryView, ScaleOutView, Severity, TierView, Truth
from vbrprov_veeam.rules._targets import family_is
from vbrprov_veeam.rules._tiers import Fault, TierRule, some


class ArchiveTier(TierRule):
    """Archives are a kind of storage of their own."""

    rule_id = "VBR086"
    severity = Severity.REFUSE
    summary = "Storage that does not go with an archive tier"
    why = """
        The archive tier of a scale-out backup repository is an archive: Amazon S3 Glacier, Azure
        Archive, S3 compatible storage with data archiving, or a vault for archives. Google Cloud
        storage in the other tiers cannot feed one, and 11:11 storage cannot be one.
    """
    hint = ("Use an archive repository such as veeam_s3_glacier_repository, or leave archive_tier "
            "out.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/limitations_archive_tier.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_scale_out_repository" "all" {
          archive_tier { repository_id = veeam_amazon_s3_repository.old.id }
        }
    """
    good = """
        resource "veeam_scale_out_repository" "all" {
          archive_tier { repository_id = veeam_s3_glacier_repository.old.id }
        }
    """
    tiers = frozenset({"archive"})

    def faults(self, estate: Estate, scale_out: ScaleOutView, tier: TierView,
               extents: tuple[Extent, ...]) -> Iterator[Fault]:
        """The archive itself, then what feeds it."""
        for extent in extents:
            repository = extent.repository
            yield Fault(
                extent.sure & ~family_is(repository, "archive"),
                f"has the archive extent {repository.address}, which is no archive storage",
                f"kind:{repository.address}", (repository,))
        if not tier.extents:
            return
        for feeding in (scale_out.performance, scale_out.capacity):
            found = estate.tier_extents(scale_out, feeding)
            google = some(found, _is_google)
            yield Fault(
                google, f"has an archive tier, and Google Cloud storage in its {feeding.name} tier",
                f"google:{feeding.name}",
                tuple(e.repository for e in found if _is_google(e.repository) is Truth.YES))


def _is_google(repository: RepositoryView) -> Truth:
    return family_is(repository, "google")
