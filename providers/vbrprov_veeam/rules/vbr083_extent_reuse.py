"""VBR083: a repository is one extent, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    CloudQuotaView,
    Estate,
    Finding,
    RepositoryView,
    Rule,
    ScaleOutView,
    Severity,
    Truth,
)
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._tiers import at_least

#: A place in a scale-out repository: itself, the path of the extent, whether it leads there.
Seat = tuple[ScaleOutView, str, str, Truth]


class ExtentReuse(Rule):
    """One repository, one place."""

    rule_id = "VBR083"
    severity = Severity.REFUSE
    summary = "Extent that is also something else"
    why = """
        A repository can be an extent once only: not of two scale-out backup repositories, not of
        two tiers of one, and not a cloud repository of a tenant as well. A scale-out repository
        cannot be an extent at all.
    """
    hint = "Make a repository of its own, with a folder of its own, for each purpose."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/sobr_limitations.html"
    bad = """
        resource "veeam_scale_out_repository" "a" {
          performance_extent { repository_id = veeam_amazon_s3_repository.main.id }
        }
        resource "veeam_scale_out_repository" "b" {
          performance_extent { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_scale_out_repository" "b" {
          performance_extent { repository_id = veeam_amazon_s3_repository.other.id }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository by all its places, then the extents that are none."""
        seats: dict[str, list[Seat]] = {}
        for scale_out, tier, extents in estate.tiers():
            for extent in extents:
                seats.setdefault(extent.repository.address, []).append(
                    (scale_out, tier.name, extent.at, extent.sure))
        quotas: dict[str, list[tuple[CloudQuotaView, Truth]]] = {}
        for quota in estate.cloud_quotas:
            choice = estate.destination_pool.resolve(quota.repository)
            for option in choice.options:
                quotas.setdefault(option.address, []).append((quota, choice.sure))
        for repository in estate.repositories:
            places = seats.get(repository.address, [])
            yield from self._twice(repository, places)
            yield from self._exposed(repository, places, quotas.get(repository.address, []))
        yield from self._nested(estate)

    def _twice(self, repository: RepositoryView, seats: list[Seat]) -> Iterator[Finding]:
        violated = at_least(2, (sure for *_, sure in seats))
        if violated is Truth.NO:
            return
        sure = [seat for seat in seats if seat[3] is Truth.YES]
        meant = sure if violated is Truth.YES else seats
        first, last = meant[0], meant[-1]
        where = (f"of {first[0].address} and of {last[0].address}" if first[0] is not last[0]
                 else f"of the {first[1]} tier and of the {last[1]} tier of {first[0].address}")
        yield self.finding(
            violated, last[0], told(violated, f"{repository.address} is an extent {where}"),
            at=last[2], key=f"twice:{repository.address}",
            related=[("the other place", first[0], first[2]), ("the extent", repository, "")],
            involves=[repository, *(seat[0] for seat in meant)])

    def _exposed(self, repository: RepositoryView, seats: list[Seat],
                 quotas: list[tuple[CloudQuotaView, Truth]]) -> Iterator[Finding]:
        violated = Truth.any(s for *_, s in seats) & Truth.any(s for _, s in quotas)
        if violated is not Truth.NO:
            seat, quota = seats[0], quotas[0][0]
            yield self.finding(
                violated, quota, told(violated, f"{quota.address} gives a tenant space in "
                f"{repository.address}, which is an extent of {seat[0].address}"),
                at=quota.repository.value.at, key=f"cloud:{repository.address}",
                related=[("the extent", seat[0], seat[2])], involves=[repository, seat[0]])

    def _nested(self, estate: Estate) -> Iterator[Finding]:
        for scale_out in estate.scale_outs:
            for tier in scale_out.tiers:
                for member in estate.tier_members(tier):
                    # An id of which nothing is known may lead anywhere; who names a scale-out
                    # repository, by reference or by id, means it.
                    named = any(tier.extents[i].repository.references for i in member.links)
                    if isinstance(member.view, ScaleOutView) and (
                            named or member.sure is Truth.YES) and member.view is not scale_out:
                        yield self.finding(
                            member.sure, scale_out, told(member.sure, (
                                f"{member.view.address} is an extent of {scale_out.address}, and "
                                "is itself a scale-out repository")), at=tier.at,
                            key=f"nested:{member.view.address}", involves=[member.view],
                            related=[("the scale-out repository", member.view, "")])
